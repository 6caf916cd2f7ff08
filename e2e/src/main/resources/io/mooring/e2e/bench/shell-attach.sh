set -eu
mkdir -p $target
# Pauses without a fork: nothing ever comes through this pipe.
exec {pipe}<> <(:)
pause() { read -r -t 0.01 -u $pipe _ || true; }
hosts=()
for s in /sys/class/iscsi_session/session*; do
  read -r iface < $s/ifacename
  [ "$iface" = mooring ] || continue
  device=$(readlink -f $s/device); host=${device%/session*}; hosts+=("${host##*/host}")
done
began=$EPOCHREALTIME
echo "/$wwid/" >> /etc/multipath/wwids
for h in "${hosts[@]}"; do echo "0 0 $lun" > /sys/class/scsi_host/host$h/scan & done
wait
for h in "${hosts[@]}"; do
  until [ -e /sys/class/scsi_device/$h:0:0:$lun/device/block ]; do pause; done
  block=(/sys/class/scsi_device/$h:0:0:$lun/device/block/*)
  read -r number < $block/dev
  until grep -qs "ID_SERIAL=$wwid" /run/udev/data/b$number; do pause; done
  if ! compgen -G "$block/holders/dm-*" > /dev/null; then multipathd add path ${block##*/} > /dev/null; fi
done
until [ -e /dev/mapper/$wwid ]; do pause; done
mount /dev/mapper/$wwid $target
ended=$EPOCHREALTIME
echo "$(( ${ended/./} - ${began/./} ))" | sed 's/......$/.&/; s/^\./0./'
