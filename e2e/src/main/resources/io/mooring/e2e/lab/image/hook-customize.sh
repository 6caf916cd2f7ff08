#!/bin/sh
# mmdebstrap calls this with the finished root file system: as root, or as the root of a user namespace. Results go into
# files beside this script that exist already and are writable for everybody, since the two may be different users.
set -eu
PATH=$PATH:/usr/sbin:/sbin
root=$1
here=$(dirname "$0")
cp -r --preserve=mode "$here/rootfs/." "$root/"
mkdir "$root/build"
cp "$here/customize.sh" "$here/initramfs-init.sh" "$here/initramfs-modules.txt" "$root/build/"
chroot "$root" sh /build/customize.sh
rm -r "$root/build"
cat "$root"/boot/vmlinuz-* > "$here/kernel"
cat "$root/boot/lab-initrd" > "$here/initrd"
rm -f "$root"/boot/*
# A bind mount shows the tree without /proc, /sys and /dev, which mmdebstrap mounts below it.
mount --bind "$root" "$here/mnt"
truncate -s 6G "$here/root.img"
mke2fs -q -t ext4 -J size=16 -E lazy_itable_init=1,nodiscard -m 0 -d "$here/mnt" "$here/root.img"
umount "$here/mnt"
