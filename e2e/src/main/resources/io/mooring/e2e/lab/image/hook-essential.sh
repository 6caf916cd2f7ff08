#!/bin/sh
# mmdebstrap calls this once the essential packages are there. The lab makes its own initial RAM disk.
set -eu
mkdir -p "$1/etc/initramfs-tools"
echo update_initramfs=no > "$1/etc/initramfs-tools/update-initramfs.conf"
