#!/bin/bash
# Somebody else's disk on the same storage host, as an administrator with targetcli would have it. Run at every start of the VM,
# since nothing keeps configfs over a reboot.
set -eu
iqn=iqn.2020-01.org.example:theirs
for module in target_core_mod target_core_iblock iscsi_target_mod; do modprobe "$module"; done
lvs foreign/theirs >/dev/null 2>&1 || lvcreate -q -y -W n -n theirs -L 256m foreign
vgchange -q -a y foreign >/dev/null
t=/sys/kernel/config/target
[ -d $t/iscsi/$iqn/tpgt_1/acls ] && [ "$(cat $t/iscsi/$iqn/tpgt_1/enable 2>/dev/null)" = 1 ] && exit 0
mkdir -p $t/core/iblock_0/theirs
echo -n "udev_path=/dev/foreign/theirs" > $t/core/iblock_0/theirs/control
echo -n /dev/foreign/theirs > $t/core/iblock_0/theirs/udev_path
echo 1 > $t/core/iblock_0/theirs/enable
echo 0f0e0d0c0b0a09080706050403020100 > $t/core/iblock_0/theirs/wwn/vpd_unit_serial
mkdir -p $t/iscsi/$iqn/tpgt_1
p=$t/iscsi/$iqn/tpgt_1
mkdir "$p/np/10.77.1.1:3260" "$p/np/10.77.2.1:3260"
mkdir $p/lun/lun_0
ln -s $t/core/iblock_0/theirs $p/lun/lun_0/theirs
echo 0 > $p/attrib/authentication
mkdir $p/acls/iqn.2020-01.org.example:them
mkdir $p/acls/iqn.2020-01.org.example:them/lun_0
ln -s $p/lun/lun_0 $p/acls/iqn.2020-01.org.example:them/lun_0/theirs
echo 0 > $p/acls/iqn.2020-01.org.example:them/lun_0/write_protect
echo 1 > $p/enable
