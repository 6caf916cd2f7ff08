#!/bin/sh
# Finishes the base of all images: $1 is the root with the packages' files in it. Nothing of it was configured, or needs to be.
set -eu
cd "$1"
# What the launchers call, what enters the host, and what a person with a shell in a container wants; busybox has no more than is linked.
for applet in sh basename cat cp date df dirname echo env find free grep head hostname id kill ls mkdir mount mv nsenter printenv printf \
  ps readlink rm sed sleep stat tail tee test touch true umount uname vi wc; do
  ln -sf busybox "usr/bin/$applet"
done
printf '%s\n' 'root:x:0:0:root:/root:/bin/sh' 'mooring:x:65532:65532:mooring:/nonexistent:/bin/false' > etc/passwd
printf '%s\n' 'root:x:0:' 'mooring:x:65532:' > etc/group
echo 'hosts: files dns' > etc/nsswitch.conf
# Licences stay; manuals, other languages' messages and character sets go.
find usr/share/doc -mindepth 2 ! -type d ! -name copyright -delete
find usr/share/doc usr/share/doc-base -depth -type d -empty -delete 2>/dev/null || true
rm -rf usr/share/man usr/share/info usr/share/locale usr/share/lintian usr/share/initramfs-tools usr/share/base-files
rm -rf usr/lib/*/gconv usr/lib/locale var/lib/apt var/lib/dpkg var/cache/apt var/log/apt etc/apt etc/dpkg etc/init.d etc/profile.d
rm -rf etc/fstab etc/hostname etc/issue* etc/resolv.conf etc/skel etc/update-motd.d usr/bin/mawk usr/include usr/src usr/share/dict tmp/*
rm -rf var/log/* boot home media mnt srv usr/games usr/local/games
mkdir -p tmp opt run var/tmp
chmod 1777 tmp var/tmp
