package io.mooring.agent;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.TargetNames;
import io.mooring.agent.lio.Lio;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's last act. When the agent alone stops, for an upgrade, the kernel serves on and
 * nothing is done. When the whole host goes down, the sessions are ended while everything still
 * works and every volume is flushed, so that no write that a node believes in is lost.
 */
final class HostShutdown implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HostShutdown.class);
  private static final Duration ASK = Duration.ofSeconds(10);
  private static final Duration QUIESCE = Duration.ofSeconds(60);

  private final CommandRunner commands;
  private final Lio lio;
  private final TargetNames names;

  HostShutdown(CommandRunner commands, Lio lio, TargetNames names) {
    this.commands = requireNonNull(commands, "commands is null");
    this.lio = requireNonNull(lio, "lio is null");
    this.names = requireNonNull(names, "names is null");
  }

  @Override
  public void close() {
    if (!underWay()) {
      return;
    }
    LOG.info("this host goes down: closing the targets and flushing the volumes");
    List<String> problems = lio.quiesce(names::isOurs, Deadline.after(QUIESCE));
    problems.forEach(problem -> LOG.error("{}", problem));
    LOG.info("closed and flushed, {} problems", problems.size());
  }

  /**
   * What systemd says; a host without it is not known to go down. A kubelet that ends its pods
   * before a shutdown makes logind delay it: then systemd itself is not stopping yet.
   */
  private boolean underWay() {
    return says("stopping", Command.of("systemctl", "is-system-running"))
        || says(
            "b true",
            Command.of(
                "busctl",
                "get-property",
                "org.freedesktop.login1",
                "/org/freedesktop/login1",
                "org.freedesktop.login1.Manager",
                "PreparingForShutdown"));
  }

  private boolean says(String answer, Command ask) {
    try {
      return commands.run(ask, Deadline.after(ASK)).stdout().strip().equals(answer);
    } catch (Failure e) {
      LOG.info("whether this host goes down is not known: {}", e.sentence());
      return false;
    }
  }
}
