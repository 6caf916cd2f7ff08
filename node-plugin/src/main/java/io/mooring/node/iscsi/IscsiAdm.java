package io.mooring.node.iscsi;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs iscsiadm, one after the other, since each of them locks the database. Exit codes are those
 * of open-iscsi's {@code include/iscsi_err.h}.
 */
final class IscsiAdm {
  private static final Logger LOG = LoggerFactory.getLogger(IscsiAdm.class);

  static final int OK = 0;
  static final int SESSION_EXISTS = 15;
  static final int NO_OBJECTS_FOUND = 21;
  static final int LOGIN_AUTH_FAILED = 24;
  static final int FATAL_LOGIN = 19;

  private static final int IDBM = 6;
  private static final int ISCSID_COMMUNICATION = 18;
  private static final int ISCSID_NOT_CONNECTED = 20;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final CommandRunner commands;
  private final DatabaseLock databaseLock;
  private final ReentrantLock queue = new ReentrantLock(true);

  IscsiAdm(CommandRunner commands, DatabaseLock databaseLock) {
    this.commands = requireNonNull(commands, "commands is null");
    this.databaseLock = requireNonNull(databaseLock, "databaseLock is null");
  }

  /** Arguments that update settings, all in one call. */
  static List<String> settings(Map<String, String> settings) {
    List<String> arguments = new ArrayList<>();
    settings.forEach((name, value) -> arguments.addAll(List.of("-n", name, "-v", value)));
    return arguments;
  }

  /**
   * Runs iscsiadm when its turn comes.
   *
   * @throws Failure UNAVAILABLE when iscsid or the database cannot be reached; other exit codes are
   *     the caller's to judge
   */
  CommandResult run(List<String> arguments, Deadline deadline) {
    return inTurn(limit -> execute(arguments, limit), deadline);
  }

  /** Removes a record that iscsiadm itself refuses to touch. */
  void discard(Path record, Deadline deadline) {
    LOG.warn("{} was cut short while it was written; it is made anew", record);
    Command remove = Command.of("rm", "-f", "--", record.toString());
    var _ = inTurn(limit -> commands.run(remove, limit).orFail("remove " + record), deadline);
  }

  /** Changes a record in a way that iscsiadm is not asked for. */
  void rewrite(Database.Place place, UnaryOperator<String> change, Deadline deadline) {
    var _ =
        inTurn(
            limit -> {
              databaseLock.hold(
                  () -> RecordFile.rewrite(place.database(), place.record(), change), limit);
              return true;
            },
            deadline);
  }

  private <T> T inTurn(Function<Deadline, T> work, Deadline deadline) {
    Deadline limit = deadline.atMost(LIMIT);
    if (!limit.grants(queue::tryLock)) {
      throw Failure.unavailable("iscsiadm is busy with earlier calls; try again");
    }
    try {
      databaseLock.removeIfStale();
      return work.apply(limit);
    } finally {
      queue.unlock();
    }
  }

  /** Runs an iscsiadm that waits for a target's answer: outside the queue, which it would block. */
  CommandResult runWaiting(List<String> arguments, Deadline deadline) {
    return execute(arguments, deadline.atMost(LIMIT));
  }

  private CommandResult execute(List<String> arguments, Deadline deadline) {
    List<String> argv = new ArrayList<>();
    argv.add("iscsiadm");
    argv.addAll(arguments);
    CommandResult result = commands.run(Command.of(argv), deadline);
    return switch (result.exitCode()) {
      case ISCSID_COMMUNICATION, ISCSID_NOT_CONNECTED ->
          throw Failure.unavailable(
              "iscsid does not answer iscsiadm (%s); start iscsid.service on this host"
                  .formatted(result.complaint()));
      case IDBM ->
          throw Failure.unavailable(
              "open-iscsi's database is locked or damaged (%s); try again"
                  .formatted(result.complaint()));
      default -> result;
    };
  }
}
