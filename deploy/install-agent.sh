#!/bin/sh
# Installs mooring-agent on a storage host that is not a node of the cluster, from the distribution unpacked in /opt/mooring:
# the unit, the udev rule, a first configuration, and certificates. Run again after an upgrade or with new certificates; what is
# right already stays as it is, and a configuration is never overwritten.
#
#   deploy/install-agent.sh [--tls DIRECTORY] [--dry-run]
set -eu

usage() {
  cat << 'END'
install-agent.sh [--tls DIRECTORY] [--dry-run]
  --tls DIRECTORY  takes tls.crt, tls.key and ca.crt from there into /etc/mooring/tls
  --dry-run        says what would be done, and does nothing
END
}

# Only for a test: where the host's file system begins.
root=${MOORING_ROOT:-}
home=$(cd "$(dirname "$0")/.." && pwd)
configuration=/etc/mooring/mooring-agent.conf
unit=/etc/systemd/system/mooring-agent.service
rule=/etc/udev/rules.d/61-mooring-loop.rules
tls=
dry=
changed=

say() {
  echo "mooring: $*"
}

fail() {
  echo "mooring: $*" >&2
  exit 1
}

# run COMMAND...: does it, or says that it would.
run() {
  if [ -n "$dry" ]; then
    say "would run: $*"
  else
    "$@"
  fi
}

# put MODE SOURCE PLACE [ORIGIN]: a file, unless it is there already with that content.
put() {
  if [ -f "$root$3" ] && cmp -s "$2" "$root$3"; then
    run chmod "$1" "$root$3"
    return 0
  fi
  changed="$changed $3"
  say "$3 from ${4:-$2}"
  if [ -z "$dry" ]; then
    mkdir -p "$(dirname "$root$3")"
    install -m "$1" "$2" "$root$3.new"
    mv "$root$3.new" "$root$3"
  fi
}

# like PATTERN: whether this system calls itself, or its like, that.
like() {
  [ -r "$root/etc/os-release" ] || return 1
  # shellcheck disable=SC1091
  (ID='' ID_LIKE='' && . "$root/etc/os-release" && echo " $ID $ID_LIKE ") | grep -q "$1"
}

# need DEBIAN RHEL: notes a package under the name that this system gives it.
need() {
  if like ' \(rhel\|fedora\|centos\|rocky\|almalinux\) '; then
    missing="$missing $2"
  else
    missing="$missing $1"
  fi
}

check_programs() {
  missing=
  for program in lvs lvcreate lvchange lvremove; do
    command -v "$program" > /dev/null || { need lvm2 lvm2; break; }
  done
  for program in thin_check thin_delta; do
    command -v "$program" > /dev/null || { need thin-provisioning-tools device-mapper-persistent-data; break; }
  done
  command -v dmsetup > /dev/null || need dmsetup device-mapper
  command -v losetup > /dev/null || need mount util-linux
  command -v modprobe > /dev/null || need kmod kmod
  command -v udevadm > /dev/null || need udev systemd-udev
  [ -z "$missing" ] && return 0
  if like ' \(debian\|ubuntu\) '; then
    say "packages are missing; install them: apt-get install$missing" >&2
  elif like ' \(rhel\|fedora\|centos\|rocky\|almalinux\) '; then
    say "packages are missing; install them: dnf install$missing" >&2
  else
    say "packages are missing, here under the names that Debian gives them:$missing" >&2
  fi
  trouble=1
}

check_modules() {
  command -v modprobe > /dev/null || return 0
  for module in target_core_mod target_core_iblock iscsi_target_mod; do
    [ -d "$root/sys/module/$module" ] && continue
    modprobe --dry-run "$module" 2> /dev/null && continue
    say "the kernel module $module is not there; install a kernel with it (RHEL-like systems: kernel-modules-extra or" \
      "kernel-modules; Ubuntu: linux-modules-extra-$(uname -r))" >&2
    trouble=1
  done
}

while [ $# -gt 0 ]; do
  case $1 in
    --tls)
      [ $# -gt 1 ] || fail "--tls needs a directory"
      tls=$2
      shift
      ;;
    --dry-run) dry=1 ;;
    -h | --help)
      usage
      exit 0
      ;;
    *)
      usage >&2
      fail "unknown argument $1"
      ;;
  esac
  shift
done

[ -n "$dry" ] || [ -n "$root" ] || [ "$(id -u)" = 0 ] || fail "this must be run as root"
[ -x "$home/bin/mooring-agent" ] || fail "$home holds no distribution (bin/mooring-agent is missing); unpack one into /opt"
[ -n "$root" ] || [ "$home" = /opt/mooring ] || fail "the unit starts /opt/mooring/bin/mooring-agent, this is $home; unpack the distribution into /opt"
if [ -n "$tls" ]; then
  for file in tls.crt tls.key ca.crt; do
    [ -r "$tls/$file" ] || fail "$tls/$file is missing; --tls needs tls.crt, tls.key and ca.crt"
  done
fi

trouble=
check_programs
check_modules
[ -z "$trouble" ] || [ -n "$dry" ] || fail "nothing was installed; run this again when the above is there"

put 0644 "$home/deploy/mooring-agent.service" "$unit"
put 0644 "$home/deploy/61-mooring-loop.rules" "$rule"
if [ -n "$tls" ]; then
  run mkdir -p "$root/etc/mooring/tls"
  run chmod 0700 "$root/etc/mooring/tls"
  put 0644 "$tls/ca.crt" /etc/mooring/tls/ca.crt
  put 0600 "$tls/tls.key" /etc/mooring/tls/tls.key
  put 0644 "$tls/tls.crt" /etc/mooring/tls/tls.crt
fi
fresh=
if [ ! -e "$root$configuration" ]; then
  sample=$(mktemp)
  trap 'rm -f "$sample"' EXIT
  sed -e 's|/etc/mooring/agent\.crt|/etc/mooring/tls/tls.crt|' -e 's|/etc/mooring/agent\.key|/etc/mooring/tls/tls.key|' \
    -e 's|/etc/mooring/ca\.crt|/etc/mooring/tls/ca.crt|' "$home/deploy/mooring-agent.conf" > "$sample"
  put 0644 "$sample" "$configuration" "$home/deploy/mooring-agent.conf"
  fresh=1
fi

case $changed in *"$unit"*) run systemctl daemon-reload ;; esac
case $changed in *"$rule"*) run udevadm control --reload ;; esac
if [ -n "$fresh" ]; then
  say "edit $configuration (name, portals, pools), then: systemctl enable --now mooring-agent"
else
  run systemctl enable mooring-agent
  # A restart of the agent touches no LUN.
  run systemctl restart mooring-agent
  say "mooring-agent is (re)started; its log: journalctl -u mooring-agent"
fi
