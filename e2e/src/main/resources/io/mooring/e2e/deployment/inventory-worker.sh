# What a worker holds, one line per thing, sorted by the reader. Reads only; hardly forks, since that is what emulation makes slow.
shopt -s nullglob
for s in /sys/class/iscsi_session/session*; do
  read -r target < "$s/targetname"; read -r iface < "$s/ifacename"
  read -r address < "/sys/class/iscsi_connection/connection${s##*session}:0/persistent_address"
  echo "session $target $address $iface"
done
for d in /sys/class/scsi_disk/*; do
  wwid=; read -r wwid < "$d/device/wwid"
  case "$wwid" in naa.6001405*) echo "path ${d##*/} $wwid" ;; esac
done
for m in /sys/block/dm-*; do
  read -r uuid < "$m/dm/uuid"; read -r suspended < "$m/dm/suspended"
  echo "map $uuid suspended=$suspended"
done
while read -r _ _ number _ point _; do
  case "$point" in /var/lib/kubelet/*) echo "mount $point" ;; esac
done < /proc/self/mountinfo
while read -r line; do
  case "$line" in /*) echo "wwid $line" ;; esac
done < <(cat /etc/multipath/wwids 2>/dev/null)
for f in /var/lib/mooring-node/volumes/*; do echo "tracking ${f##*/}"; done
