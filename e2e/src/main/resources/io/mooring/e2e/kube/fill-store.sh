# Fills a containerd's directory with the images of an archive, unpacked, by the containerd of a VM's disk. Arguments: the disk, the
# archive, the directory, a directory to work in.
set -eu
disk=$1 archive=$2 store=$3 work=$4
libraries=/usr/lib/$(uname -m)-linux-gnu
case $(uname -m) in x86_64) loader=ld-linux-x86-64.so.2 ;; *) loader=ld-linux-$(uname -m).so.1 ;; esac
qemu-img convert -O raw "$disk" "$work/disk"
for file in /usr/bin/containerd /usr/bin/ctr "$libraries/$loader" "$libraries/libc.so.6"; do
  debugfs -R "dump -p $file $work/${file##*/}" "$work/disk" 2>&1
  test -s "$work/${file##*/}"
done
rm "$work/disk"

# With their own library: that of this machine may be older.
ctr() { "$work/$loader" --library-path "$work" "$work/ctr" --address "$work/socket" --namespace k8s.io "$@"; }
cat > "$work/config.toml" <<END
version = 2
root = "$store"
state = "$work/state"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.nri.v1.nri", "io.containerd.internal.v1.opt"]
[debug]
  level = "warn"
[grpc]
  address = "$work/socket"
END
"$work/$loader" --library-path "$work" "$work/containerd" --config "$work/config.toml" &
containerd=$!
trap 'kill $containerd; wait $containerd || true' EXIT
until ctr version > /dev/null 2>&1; do
  kill -0 $containerd
  sleep 0.1
done
ctr images import --snapshotter overlayfs "$archive"
