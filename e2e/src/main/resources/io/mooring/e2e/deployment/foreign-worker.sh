#!/bin/bash
# Logs in to somebody else's disk with the host's own initiator name and default interface, over both portals, and mounts its map.
set -eu
iqn=iqn.2020-01.org.example:theirs
wwid=360014050f0e0d0c0b0a0908070605040
echo "InitiatorName=iqn.2020-01.org.example:them" > /etc/iscsi/initiatorname.iscsi
multipath -a $wwid >/dev/null
for portal in 10.77.1.1 10.77.2.1; do
  iscsiadm -m node -T $iqn -p $portal:3260 -o new >/dev/null
  iscsiadm -m node -T $iqn -p $portal:3260 --login >/dev/null
done
for _ in $(seq 100); do [ -e /dev/mapper/$wwid ] && break; sleep 0.2; done
if ! blkid /dev/mapper/$wwid >/dev/null; then mkfs.ext4 -q /dev/mapper/$wwid; fi
mkdir -p /mnt/theirs
mount /dev/mapper/$wwid /mnt/theirs
[ -e /mnt/theirs/content ] || { head -c 1000000 /dev/urandom > /mnt/theirs/content; sync -f /mnt/theirs; }
sha256sum < /mnt/theirs/content > /run/theirs.sum
