package io.mooring.node.fs;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Reads pieces of a device past the page cache, by dd(1) in a child process: what comes back was on
 * the disk a moment ago.
 */
final class DirectReads {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** dd's output passes through a bounded buffer of 4 MiB. */
  private static final long LONGEST = 2 << 20;

  private final CommandRunner commands;

  DirectReads(CommandRunner commands) {
    this.commands = requireNonNull(commands, "commands is null");
  }

  /**
   * Whether every byte of the piece is zero.
   *
   * @throws Failure UNAVAILABLE when the piece cannot be read whole
   */
  boolean zero(Path device, Extent extent, Deadline deadline) {
    return read(device, extent, deadline).chars().allMatch(c -> c == 0);
  }

  /**
   * Proves that a piece can be read.
   *
   * @throws Failure UNAVAILABLE when it cannot be read whole
   */
  void prove(Path device, Extent extent, Deadline deadline) {
    read(device, extent, deadline);
  }

  /**
   * The bytes of a piece.
   *
   * @throws Failure UNAVAILABLE when the piece cannot be read whole
   */
  byte[] bytes(Path device, Extent extent, Deadline deadline) {
    return read(device, extent, deadline).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** One char per byte. */
  private String read(Path device, Extent extent, Deadline deadline) {
    if (extent.length() > LONGEST) {
      throw new IllegalArgumentException("a piece of " + extent.length() + " bytes is too long");
    }
    CommandResult result = run(device, extent, deadline);
    if (!result.succeeded() || result.stdout().length() != extent.length()) {
      throw Failure.unavailable(
          "%s cannot be read at byte %d (dd: exit code %d %s); look at its paths"
              .formatted(device, extent.offset(), result.exitCode(), result.complaint()));
    }
    return result.stdout();
  }

  private CommandResult run(Path device, Extent extent, Deadline deadline) {
    try {
      return commands.run(
          Command.of(
                  "dd",
                  "if=" + device,
                  "bs=64K",
                  "iflag=direct,fullblock,skip_bytes,count_bytes",
                  "skip=" + extent.offset(),
                  "count=" + extent.length())
              .binary(),
          deadline.atMost(LIMIT));
    } catch (Failure e) {
      if (e.kind() == Kind.DEADLINE_EXCEEDED) {
        throw new Failure(
            Kind.UNAVAILABLE, device + " does not answer a read; look at its paths", e);
      }
      throw e;
    }
  }
}
