#!/bin/sh
# Runs inside the new root file system, after the packages are installed and the files below rootfs/ are copied.
set -eu

# Everything a lab VM has no use for: each unit costs start-up time under emulation, a timer costs it at the worst moment.
for unit in \
  apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer xfs_scrub_all.timer \
  systemd-tmpfiles-clean.timer getty@tty1.service getty.target serial-getty@ttyS0.service console-getty.service \
  systemd-networkd.service systemd-networkd.socket systemd-resolved.service systemd-timesyncd.service \
  systemd-logind.service systemd-user-sessions.service systemd-update-utmp.service systemd-update-utmp-runlevel.service \
  systemd-binfmt.service systemd-hwdb-update.service systemd-journal-catalog-update.service systemd-firstboot.service \
  systemd-journal-flush.service systemd-random-seed.service systemd-ask-password-console.path systemd-ask-password-wall.path \
  systemd-pcrphase.service systemd-pcrphase-sysinit.service systemd-pcrphase-initrd.service systemd-pcrmachine.service \
  systemd-tpm2-setup.service systemd-tpm2-setup-early.service systemd-machine-id-commit.service systemd-hibernate-clear.service \
  systemd-pstore.service systemd-update-done.service systemd-network-generator.service systemd-sysusers.service \
  systemd-udev-load-credentials.service systemd-remount-fs.service lvm2-monitor.service \
  dev-hugepages.mount dev-mqueue.mount sys-kernel-debug.mount sys-kernel-tracing.mount sys-fs-fuse-connections.mount \
  proc-sys-fs-binfmt_misc.automount proc-sys-fs-binfmt_misc.mount \
  modprobe@efi_pstore.service modprobe@fuse.service modprobe@drm.service \
  ldconfig.service networking.service nftables.service \
  blk-availability.service lvm2-lvmpolld.socket rpcbind.service containerd.service \
  iscsi.service open-iscsi.service; do
  ln -sf /dev/null "/etc/systemd/system/$unit"
done

# Nor does it have partitions to discover, credentials, a modem or a System V script.
mkdir -p /etc/systemd/system-generators
for generator in /usr/lib/systemd/system-generators/*; do
  case "$generator" in
    */systemd-fstab-generator) ;;
    *) ln -sf /dev/null "/etc/systemd/system-generators/${generator##*/}" ;;
  esac
done

for unit in lab-setup.service lab-shell.service lab-ready.service; do
  mkdir -p /etc/systemd/system/multi-user.target.wants
  ln -sf "/etc/systemd/system/$unit" "/etc/systemd/system/multi-user.target.wants/$unit"
done
ln -sf /usr/lib/systemd/system/multi-user.target /etc/systemd/system/default.target

# The identity of a VM comes with its kernel command line, none of it belongs to the image.
: > /etc/machine-id
rm -f /etc/hostname /etc/iscsi/initiatorname.iscsi /etc/lvm/devices/* /var/lib/systemd/random-seed
mkdir -p /opt/mooring /srv/pool
printf '127.0.0.1 localhost\n10.77.1.1 storage\n10.77.1.11 worker1\n10.77.1.12 worker2\n' > /etc/hosts
: > /etc/fstab

# Modules come compressed, and under emulation it takes seconds to unpack one of the larger ones.
version=$(ls /lib/modules)
find "/lib/modules/$version" -name '*.ko.xz' -exec busybox unxz {} +
depmod "$version"

# The initial RAM disk: one shell, a few modules, in the order in which they need each other.
ram=/tmp/initramfs
mkdir -p "$ram/bin" "$ram/dev" "$ram/proc" "$ram/root" "$ram/modules"
cp /bin/busybox "$ram/bin/"
install -m 0755 /build/initramfs-init.sh "$ram/init"
grep -v '^#' /build/initramfs-modules.txt | xargs -n 1 modprobe -S "$version" --show-depends \
  | sed -n 's/^insmod \([^ ]*\).*/\1/p' | awk '!seen[$0]++' > /tmp/modules
while read -r module; do
  cp "$module" "$ram/modules/"
  echo "${module##*/}" >> "$ram/modules/order"
done < /tmp/modules
(cd "$ram" && find . | cpio --quiet -o -H newc) > /boot/lab-initrd
rm -rf "$ram" /tmp/modules

# Tools of package management have done their work.
rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/* /var/log/* /usr/lib/locale/C.utf8.bak
