package io.mooring.node.scsi;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import java.io.ByteArrayOutputStream;
import java.time.Duration;

/**
 * Asks a disk itself for its VPD pages, by sg_inq of sg3_utils: the kernel's own copies stay the
 * old ones when what is behind a LUN number changes.
 */
final class Inquiry {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  /** SG_LIB_CAT_ILLEGAL_REQ of sg3_utils' {@code sg_lib.h}. */
  private static final int ILLEGAL_REQUEST = 5;

  private final CommandRunner commands;

  Inquiry(CommandRunner commands) {
    this.commands = requireNonNull(commands, "commands is null");
  }

  Identity ask(ScsiDisk disk, Deadline deadline) {
    Deadline limit = deadline.atMost(LIMIT);
    Wwid wwid =
        VpdPage.wwid(page(disk, 0x83, limit)).orElseThrow(() -> unusable(disk, "page 0x83"));
    String serial =
        VpdPage.text(page(disk, 0x80, limit), 0x80).orElseThrow(() -> unusable(disk, "page 0x80"));
    return new Identity(wwid, serial);
  }

  /**
   * Whether the target refuses the question itself, which LIO does for a LUN that it does not map
   * to this node (05/25/00) and for no other reason.
   */
  boolean refused(ScsiDisk disk, Deadline deadline) {
    CommandResult result = run(disk, 0x83, deadline.atMost(LIMIT));
    return result.exitCode() == ILLEGAL_REQUEST && result.stderr().contains("Illegal request");
  }

  /**
   * For the sake of being answered. TEST UNIT READY would do as well, but sg_turs of sg3_utils 1.48
   * sends nothing ("No SCSI command (cdb) given") and exits with 0.
   */
  void ping(ScsiDisk disk, Deadline deadline) {
    var _ = run(disk, 0x83, deadline.atMost(LIMIT));
  }

  private CommandResult run(ScsiDisk disk, int code, Deadline deadline) {
    return commands.run(
        Command.of("sg_inq", "--hex", "--hex", "--hex", "--page=" + code, "/dev/" + disk.name()),
        deadline);
  }

  private byte[] page(ScsiDisk disk, int code, Deadline deadline) {
    CommandResult result = run(disk, code, deadline);
    if (!result.succeeded()) {
      throw Failure.unavailable(
          "%s does not say who it is (sg_inq: exit code %d %s); look at its session"
              .formatted(disk, result.exitCode(), result.complaint()));
    }
    return bytes(result.stdout());
  }

  /** The bytes in lines of two-digit hex numbers, which is what three times {@code --hex} gives. */
  static byte[] bytes(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String word : text.strip().split("\\s+", -1)) {
      if (word.matches("[0-9a-fA-F]{2}")) {
        bytes.write(Integer.parseInt(word, 16));
      }
    }
    return bytes.toByteArray();
  }

  private static Failure unusable(ScsiDisk disk, String page) {
    return Failure.internal(
        "%s answers VPD %s without an identity in it; is it a LUN of Mooring's?"
            .formatted(disk, page));
  }
}
