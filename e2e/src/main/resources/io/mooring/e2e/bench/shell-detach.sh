set -eu
umount $target
multipathd del map $wwid > /dev/null
for s in /sys/class/iscsi_session/session*; do
  read -r iface < $s/ifacename
  [ "$iface" = mooring ] || continue
  device=$(readlink -f $s/device); host=${device%/session*}; h=${host##*/host}
  echo 1 > /sys/class/scsi_device/$h:0:0:$lun/device/delete
done
multipath -w $wwid > /dev/null
for _ in $(seq 100); do multipathd show paths raw format '%w' | grep -q "^$wwid" || exit 0; sleep 0.1; done
echo "multipathd still knows paths of $wwid" >&2
exit 1
