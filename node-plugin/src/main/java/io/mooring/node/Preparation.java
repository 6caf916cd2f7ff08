package io.mooring.node;

import static java.util.Objects.requireNonNull;

import io.mooring.node.selftest.Findings;
import io.mooring.node.volume.BootCleaning;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.rpc.PluginIdentity.State;
import io.mooring.runtime.time.Background;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has to be so before the first volume: modules, self-test, multipathd's drop-in, our
 * interface record, an earlier boot's leftovers gone. Tried again until it is: on a host that
 * boots, the daemons may come up after the node plugin.
 */
final class Preparation implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Preparation.class);
  private static final Duration ONE_ROUND = Duration.ofSeconds(60);
  private static final Duration MODULES = Duration.ofSeconds(20);
  private static final Duration BETWEEN_ROUNDS = Duration.ofSeconds(2);
  private static final Duration LAST_ROUND = Duration.ofSeconds(2);

  private final Host host;
  private final CommandRunner commands;
  private final BootCleaning bootCleaning;
  private final List<Background> loops;
  private final Thread thread;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private volatile State state = new State.Starting();

  /**
   * @param loops what is to run from then on
   */
  Preparation(
      Host host, CommandRunner commands, BootCleaning bootCleaning, List<Background> loops) {
    this.host = requireNonNull(host, "host is null");
    this.commands = requireNonNull(commands, "commands is null");
    this.bootCleaning = requireNonNull(bootCleaning, "bootCleaning is null");
    this.loops = List.copyOf(loops);
    this.thread = Thread.ofPlatform().name("preparation").daemon().unstarted(this::untilReady);
  }

  Preparation start() {
    thread.start();
    return this;
  }

  State state() {
    return state;
  }

  /** Does that when the host is prepared, which is now if it is already. */
  void whenReady(Runnable action) {
    var _ = ready.thenRun(action);
  }

  /** Why nothing can be staged now; empty when it can. */
  Optional<String> notReady() {
    return switch (state) {
      case State.Ready _ -> Optional.empty();
      case State.Starting _ -> Optional.of("the node plugin is starting");
      case State.Unfit unfit -> Optional.of(String.join("; ", unfit.troubles()));
    };
  }

  private void untilReady() {
    boolean stopped = false;
    while (!stopped && !(state instanceof State.Ready)) {
      State now = round();
      if (!now.equals(state)) {
        LOG.info("{}", now);
      }
      state = now;
      if (now instanceof State.Ready) {
        ready.complete(null);
      }
      stopped = !(now instanceof State.Ready) && !pause();
    }
  }

  private static boolean pause() {
    try {
      TimeUnit.NANOSECONDS.sleep(BETWEEN_ROUNDS.toNanos());
      return true;
    } catch (InterruptedException e) {
      LOG.debug("preparation ends", e);
      return false;
    }
  }

  private State round() {
    Deadline deadline = Deadline.after(ONE_ROUND);
    try {
      loadModules(deadline);
      Findings findings = host.selfTest().run(deadline);
      findings.warnings().forEach(warning -> LOG.warn("{}", warning));
      if (!findings.usable()) {
        return new State.Unfit(findings.lacks());
      }
      host.dropIn().ensure(deadline);
      host.devices().initiator().ensureIface(deadline);
      bootCleaning.run(deadline);
      loops.forEach(Background::start);
      return new State.Ready();
    } catch (Failure e) {
      return new State.Unfit(List.of(e.sentence()));
    } catch (RuntimeException | Error e) {
      LOG.error("the host could not be prepared", e);
      return new State.Unfit(List.of("the host could not be prepared; see the node plugin's log"));
    }
  }

  /** They may be built in, or not be loadable from here: the self-test decides. */
  private void loadModules(Deadline deadline) {
    try {
      Command load = Command.of("modprobe", "-a", "iscsi_tcp", "dm_multipath");
      LOG.debug("modprobe: {}", commands.run(load, deadline.atMost(MODULES)).complaint());
    } catch (Failure e) {
      LOG.info("modules were not loaded: {}", e.sentence());
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(LAST_ROUND);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
