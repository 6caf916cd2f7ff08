package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;

/**
 * Whether something begins with a LUKS header: whoever opens it sees other offsets than we do. The
 * record of a volume does not tell, since the nodes encrypt.
 */
final class LuksHeader {
  private static final Duration LOOK = Duration.ofSeconds(30);
  private static final int PAGE = 4096;

  /** LUKS2 has a second header, 16 KiB further on unless its maker wanted another size. */
  private static final int SECOND = 16 * 1024;

  private static final int READ = SECOND + PAGE;

  /** The marks of LUKS On-Disk Format Specification, versions 1 and 2. */
  private static final String FIRST_MARK = "LUKS\u00ba\u00be";

  private static final String SECOND_MARK = "SKUL\u00ba\u00be";

  private final CommandRunner commands;

  LuksHeader(CommandRunner commands) {
    this.commands = requireNonNull(commands, "commands is null");
  }

  /**
   * Looks at one block of a thin pool's data, past the page cache.
   *
   * @param block the one that holds the beginning of a volume
   * @param blockBytes at least 64 KiB
   */
  boolean isIn(ThinPoolDevice pool, long block, long blockBytes, Deadline deadline) {
    String page = Integer.toString(PAGE);
    String begin =
        commands
            .run(
                Command.of(
                        "dd",
                        "if=/dev/block/" + pool.data(),
                        "bs=" + page,
                        "count=" + READ / PAGE,
                        "skip=" + Math.multiplyExact(block, blockBytes / PAGE),
                        "iflag=direct",
                        "status=none")
                    .binary(),
                deadline.atMost(LOOK))
            .orFail("look for an encryption header in thin pool " + pool.name())
            .stdout();
    return begin.startsWith(FIRST_MARK) || begin.startsWith(SECOND_MARK, SECOND);
  }
}
