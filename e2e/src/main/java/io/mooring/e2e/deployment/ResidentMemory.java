package io.mooring.e2e.deployment;

/**
 * What a process has in memory.
 *
 * @param bytes all of it
 * @param anonymousBytes what of it is the process's alone and cannot be read again from a file
 */
public record ResidentMemory(long bytes, long anonymousBytes) {
  /** As {@code /proc/<pid>/status} says. */
  static ResidentMemory of(String status) {
    return new ResidentMemory(bytes(status, "VmRSS:"), bytes(status, "RssAnon:"));
  }

  private static long bytes(String status, String field) {
    return status
            .lines()
            .filter(line -> line.startsWith(field))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no " + field + " in " + status))
        * 1024;
  }
}
