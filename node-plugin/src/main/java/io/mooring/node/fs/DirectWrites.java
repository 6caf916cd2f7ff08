package io.mooring.node.fs;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** Writes pieces of a device past the page cache, by dd(1) in a child process. */
final class DirectWrites {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static final int BLOCK = 4096;

  private final CommandRunner commands;

  DirectWrites(CommandRunner commands) {
    this.commands = requireNonNull(commands, "commands is null");
  }

  /** Fills the piece with zeros; they are on the disk when this returns. */
  void zero(Path device, Extent extent, Deadline deadline) {
    commands
        .run(
            Command.of(
                "dd",
                "if=/dev/zero",
                "of=" + device,
                "bs=64K",
                "iflag=count_bytes",
                "oflag=direct,seek_bytes",
                "conv=notrunc,fsync",
                "seek=" + extent.offset(),
                "count=" + extent.length()),
            deadline.atMost(LIMIT))
        .orFail("write zeros to %s at byte %d".formatted(device, extent.offset()));
  }

  /**
   * Replaces one block; it is on the disk when this returns. A process that is killed meanwhile has
   * replaced all of it or nothing, since a pipe takes that much in one piece (PIPE_BUF).
   */
  void block(Path device, Extent block, byte[] content, Deadline deadline) {
    if (content.length != BLOCK || block.length() != BLOCK) {
      throw new IllegalArgumentException("not a block: " + block);
    }
    commands
        .run(
            Command.of(
                    "dd",
                    "of=" + device,
                    "bs=" + BLOCK,
                    "count=1",
                    "iflag=fullblock",
                    "oflag=direct,seek_bytes",
                    "conv=notrunc,fsync",
                    "seek=" + block.offset())
                .binary()
                .withInput(new String(content, StandardCharsets.ISO_8859_1)),
            deadline.atMost(LIMIT))
        .orFail("write to %s at byte %d".formatted(device, block.offset()));
  }
}
