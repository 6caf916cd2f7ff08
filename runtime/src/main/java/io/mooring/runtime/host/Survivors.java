package io.mooring.runtime.host;

import io.mooring.runtime.failure.Failure;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Children that were killed and still sit in the kernel, waiting for a device. The same command is
 * not started again before such a one has ended: it would only wait behind it, and a host whose
 * loops try again would fill with processes. Thread-safe.
 */
final class Survivors {
  private final Map<List<String>, Process> byArguments = new ConcurrentHashMap<>();

  void add(Command command, Process process) {
    byArguments.values().removeIf(before -> !before.isAlive());
    if (process.isAlive()) {
      byArguments.put(command.argv(), process);
    }
  }

  /**
   * @throws Failure DEADLINE_EXCEEDED while there is one of that very command
   */
  void requireNone(Command command) {
    Process before = byArguments.get(command.argv());
    if (before != null && before.isAlive()) {
      throw Failure.deadlineExceeded(
          "%s of an earlier try (pid %d) survives its kill in the kernel, so it is not started again; find the device that does not answer in this host's kernel log"
              .formatted(command.program(), before.pid()));
    }
  }
}
