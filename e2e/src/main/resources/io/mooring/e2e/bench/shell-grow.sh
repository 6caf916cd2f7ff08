set -eu
began=$EPOCHREALTIME
map=$(readlink -f /dev/mapper/$wwid); map=${map##*/}
for path in /sys/block/$map/slaves/*; do echo 1 > $path/device/rescan; done
multipathd resize map $wwid > /dev/null
said=$(resize2fs /dev/mapper/$wwid 2>&1) || { echo "$said" >&2; exit 1; }
ended=$EPOCHREALTIME
read -r sectors < /sys/block/$map/size
[ $((sectors * 512)) = $bytes ] || { echo "the map has $sectors sectors" >&2; exit 1; }
echo "$(( ${ended/./} - ${began/./} ))" | sed 's/^/0000000/; s/......$/.&/'
