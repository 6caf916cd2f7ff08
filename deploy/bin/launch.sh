# Sourced by the launchers beside it, which start processes from an installed tree:
# <home>/jre, <home>/<module>/lib, <home>/<module>/classes.jsa, and these files in <home>/bin. Nothing is written there: a process
# writes into its state directory, into TMPDIR, and the node plugin into CACHE_DIRECTORY.

# What suits a small daemon. One malloc arena per thread would cost more memory than all of its objects, and what was freed
# goes back to the kernel once a minute. Without its own sizes the heap would be as large as a share of the host's memory makes it: most
# objects live for one call, so a small young generation is collected often and at once. Less than 16 MiB is too little to begin with: the
# class archive brings objects, too.
# Native access is for jnr-ffi; all have it, since an archive must be made with the same.
options='-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:+UseCompactObjectHeaders -Xss512k -XX:-UsePerfData
  -Xms16m -Xmn3m -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=25 -XX:CICompilerCount=1 -XX:TrimNativeHeapInterval=60000
  -XX:+ExitOnOutOfMemoryError --enable-native-access=ALL-UNNAMED -Dio.netty.allocator.type=unpooled
  -Dio.netty.noPreferDirect=true'
export MALLOC_ARENA_MAX=1

# prepare NAME MODULE: sets java, CLASSPATH and archive.
prepare() {
  home=${MOORING_HOME:-$(cd "$(dirname "$0")/.." && pwd)}
  java=${MOORING_JAVA:-$home/jre/bin/java}
  if [ ! -x "$java" ]; then
    echo "$1: $java is missing; install a Java 25 runtime there or name one in MOORING_JAVA" >&2
    exit 1
  fi
  # In the environment, where it does not bury what a process list shows.
  CLASSPATH=$(LC_ALL=C; for jar in "$home/$2"/lib/*.jar; do printf ':%s' "$jar"; done)
  export CLASSPATH=${CLASSPATH#:}
  # Classes as they lie in memory: more than half of a start's processor time. They fit this runtime and this class path.
  archive=
  if [ -z "${MOORING_JAVA:-}" ] && [ -f "$home/$2/classes.jsa" ]; then archive=$home/$2/classes.jsa; fi
}
