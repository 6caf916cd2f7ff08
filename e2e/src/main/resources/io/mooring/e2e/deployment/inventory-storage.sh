# What the storage host holds, one line per thing.
shopt -s nullglob
lvs --noheadings -o vg_name,lv_name | while read -r group volume; do echo "volume $group/$volume"; done
for s in /sys/block/dm-*/dm/suspended; do [ "$(cat "$s")" = 0 ] || echo "suspended $(cat "${s%suspended}name")"; done
dmsetup status --noflush --target thin-pool | awk '$8 != "-" {print "metadata-snapshot " $1 $8}'
for d in /var/lib/mooring-agent/metadata/*; do echo "held $d"; done
t=/sys/kernel/config/target
for b in $t/core/*/*/; do b=${b%/}; case "$b" in */core/alua/*) ;; *) echo "backstore ${b#"$t"/core/}" ;; esac; done
for l in $t/iscsi/*/tpgt_*/lun/lun_*; do echo "lun ${l#"$t"/iscsi/}"; done
for l in $t/iscsi/*/tpgt_*/acls/*/lun_*; do echo "mapped ${l#"$t"/iscsi/}"; done
losetup --noheadings --list --output BACK-FILE 2>/dev/null | while read -r file; do echo "loop $file"; done
for f in /srv/pool/mooring/* /srv/pool/mooring/snapshots/*; do echo "file $f"; done
