package io.mooring.node.selftest;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The programs of the host that the node plugin runs. */
final class Programs {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Pattern VERSION = Pattern.compile("(\\d+(?:\\.\\d+)+)");

  /** With this version, a login that waits never returns when scanning is manual. */
  private static final String HANGING_ISCSIADM = "2.1.10";

  /** Prints those of its arguments that are no programs on the search path. */
  private static final String MISSING =
      "for program; do command -v \"$program\" > /dev/null || printf '%s\\n' \"$program\"; done";

  private final CommandRunner commands;

  Programs(CommandRunner commands) {
    this.commands = requireNonNull(commands, "commands is null");
  }

  /** Each program with the package that usually brings it. */
  static Map<String, String> needed() {
    Map<String, String> needed = new LinkedHashMap<>();
    needed.put("iscsiadm", "open-iscsi (iscsi-initiator-utils)");
    needed.put("multipathd", "multipath-tools (device-mapper-multipath)");
    needed.put("dmsetup", "dmsetup (device-mapper)");
    needed.put("sg_inq", "sg3-utils (sg3_utils)");
    needed.put("blkid", "util-linux");
    needed.put("blockdev", "util-linux");
    needed.put("mount", "util-linux");
    needed.put("umount", "util-linux");
    needed.put("dd", "coreutils");
    needed.put("sync", "coreutils");
    needed.put("stat", "coreutils");
    needed.put("mkfs.ext4", "e2fsprogs");
    needed.put("fsck.ext4", "e2fsprogs");
    needed.put("dumpe2fs", "e2fsprogs");
    needed.put("resize2fs", "e2fsprogs");
    needed.put("mkfs.xfs", "xfsprogs");
    needed.put("xfs_info", "xfsprogs");
    needed.put("xfs_growfs", "xfsprogs");
    return needed;
  }

  void look(List<String> lacks, List<String> warnings, Deadline deadline) {
    Map<String, String> needed = needed();
    List<String> argv = new ArrayList<>(List.of("/bin/sh", "-c", MISSING, "sh"));
    argv.addAll(needed.keySet());
    List<String> missing =
        commands
            .run(Command.of(argv), deadline.atMost(LIMIT))
            // Without the right to enter the host's mount namespace nothing is missing, nothing
            // runs.
            .orFail("run the host's programs")
            .stdout()
            .lines()
            .filter(needed::containsKey)
            .toList();
    missing.forEach(program ->
        lacks.add(
            "the program %s is missing; install %s on this host"
                .formatted(program, needed.get(program))));
    if (!missing.contains("iscsiadm")) {
      lookAtIscsiadm(warnings, deadline);
    }
  }

  /**
   * A module that is not loaded is fine as long as it can be: iscsid and multipathd load theirs.
   */
  void lookForModule(String module, List<String> lacks, Deadline deadline) {
    CommandResult result =
        commands.run(Command.of("modprobe", "--dry-run", module), deadline.atMost(LIMIT));
    if (!result.succeeded()) {
      lacks.add(
          "the kernel module %s is not there; install the package with this kernel's modules"
              .formatted(module));
    }
  }

  private void lookAtIscsiadm(List<String> warnings, Deadline deadline) {
    String said =
        commands.run(Command.of("iscsiadm", "--version"), deadline.atMost(LIMIT)).stdout();
    Matcher matcher = VERSION.matcher(said);
    if (matcher.find() && matcher.group(1).equals(HANGING_ISCSIADM)) {
      warnings.add(
          "open-iscsi 2.1.10 hangs in some logins; Mooring works around it, other software may not:"
              + " update to 2.1.11");
    }
  }
}
