package io.mooring.node.fs;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Asks blkid(8) for signatures, in its low-level mode, which uses no cache. */
final class BlkId {
  private static final int NOTHING_FOUND = 2;
  private static final int AMBIVALENT = 8;
  private static final String LUKS = "crypto_LUKS";

  private final CommandRunner commands;

  BlkId(CommandRunner commands) {
    this.commands = requireNonNull(commands, "commands is null");
  }

  /**
   * What blkid recognises; empty when it recognises nothing, which may also mean that it could not
   * read.
   */
  Optional<Content> look(Path device, Deadline deadline) {
    CommandResult result =
        commands.run(
            Command.of("blkid", "--probe", "--output", "export", device.toString()), deadline);
    return switch (result.exitCode()) {
      case 0 -> Optional.of(content(result.stdout()));
      case NOTHING_FOUND -> {
        if (!result.stdout().isBlank()) {
          yield Optional.of(new Content.Unknown(result.stdout().strip()));
        }
        yield Optional.empty();
      }
      case AMBIVALENT -> Optional.of(new Content.Unknown("signatures of several kinds"));
      default ->
          throw Failure.unavailable(
              "blkid could not look at %s (exit code %d %s); try again"
                  .formatted(device, result.exitCode(), result.complaint()));
    };
  }

  static Content content(String export) {
    Map<String, String> values = new HashMap<>();
    for (String line : export.lines().toList()) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        values.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    String type = values.getOrDefault("TYPE", "");
    if (values.getOrDefault("USAGE", "").equals("filesystem") && !type.isEmpty()) {
      return new Content.Formatted(type, values.getOrDefault("UUID", ""), size(values));
    }
    if (type.equals(LUKS)) {
      return new Content.Encrypted();
    }
    if (!type.isEmpty()) {
      return new Content.Unknown(type);
    }
    String table = values.getOrDefault("PTTYPE", "");
    return new Content.Unknown(
        table.isEmpty() ? "a signature of an unknown kind" : "a partition table (" + table + ")");
  }

  private static OptionalLong size(Map<String, String> values) {
    String blocks = values.getOrDefault("FSLASTBLOCK", "");
    String blockSize = values.getOrDefault("FSBLOCKSIZE", "");
    return blocks.matches("\\d{1,15}") && blockSize.matches("\\d{1,6}")
        ? OptionalLong.of(Long.parseLong(blocks) * Long.parseLong(blockSize))
        : OptionalLong.empty();
  }
}
