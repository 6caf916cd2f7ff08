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

  /**
   * The real ones. What this process works with itself is at the same place in a container; what is
   * only looked at is looked for in the host's file system.
   *
   * @param hostRoot the host's root directory
   */
  public static HostPaths standard(Path hostRoot) {
    return new HostPaths(
        Path.of("/proc"),
        Path.of("/run"),
        Path.of("/etc"),
        List.of(
            hostRoot.resolve("etc/udev/rules.d"),
            hostRoot.resolve("usr/lib/udev/rules.d"),
            hostRoot.resolve("lib/udev/rules.d")));
  }
}
