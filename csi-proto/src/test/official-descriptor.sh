#!/bin/sh
# Puts the official Go binding of the CSI specification under target/official-csi, for CsiSchemaTest to
# compare our schema with the descriptor inside. Nothing of it is committed.
#
# Without Go or without the module it says so and succeeds (the test then compares with our written shape
# alone); with --required it fails. A module whose checksum is not the known one always fails.
set -eu

module=github.com/container-storage-interface/spec
version=v1.13.0
sum=h1:6ja3nYoACisewTPAAZkJ1pbf4+1ehhvt9Z/nYgWGHGw=

required=no
case "${1-}" in
  '') ;;
  --required) required=yes ;;
  *) echo "usage: $0 [--required]" >&2; exit 2 ;;
esac

out=$(cd "$(dirname "$0")/../.." && pwd)/target/official-csi
rm -rf "$out"

absent() {
  echo "official CSI descriptor: not had, $1" >&2
  [ "$required" = no ] && exit 0
  exit 1
}

command -v go >/dev/null 2>&1 || absent "Go is not installed"

# A directory of its own: a go.mod or go.work around us must not have a say.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# One string of the JSON object that go prints, one member per line.
field() {
  sed -n "s/^[[:space:]]*\"$1\": \"\(.*\)\",\{0,1\}\$/\1/p" "$scratch/answer"
}

if ! (cd "$scratch" && GOFLAGS= GOWORK=off GO111MODULE=on GOTOOLCHAIN=local \
    timeout 120 go mod download -json "$module@$version") >"$scratch/answer" 2>"$scratch/errors"; then
  absent "go mod download failed: $(field Error) $(tr -s '\n\t ' ' ' <"$scratch/errors")"
fi

if [ "$(field Sum)" != "$sum" ]; then
  echo "official CSI descriptor: $module@$version has the checksum '$(field Sum)', expected '$sum'" >&2
  exit 1
fi

mkdir -p "$out"
cp "$(field Dir)/lib/go/csi/csi.pb.go" "$out/csi.pb.go"
chmod u+w "$out/csi.pb.go"
echo "official CSI descriptor: $module@$version"
