set -eu
began=$EPOCHREALTIME
lvextend -q -L ${bytes}b $volume > /dev/null
ended=$EPOCHREALTIME
echo "$(( ${ended/./} - ${began/./} ))" | sed 's/^/0000000/; s/......$/.&/'
