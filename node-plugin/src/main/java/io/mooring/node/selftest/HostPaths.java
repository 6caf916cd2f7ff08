package io.mooring.node.selftest;

import java.nio.file.Path;
import java.util.List;

/**
 * Where the host keeps what the self-test looks at.
 *
 * @param proc {@code /proc}
 * @param run {@code /run}
 * @param etc {@code /etc}
 * @param udevRules the directories that may hold udev rules
 */
public record HostPaths(Path proc, Path run, Path etc, List<Path> udevRules) {
  public HostPaths {
    udevRules = List.copyOf(udevRules);
  }

  /** The real ones. */
  public static HostPaths standard() {
    return new HostPaths(
        Path.of("/proc"),
        Path.of("/run"),
        Path.of("/etc"),
        List.of(
            Path.of("/etc/udev/rules.d"),
            Path.of("/usr/lib/udev/rules.d"),
            Path.of("/lib/udev/rules.d")));
  }
}
