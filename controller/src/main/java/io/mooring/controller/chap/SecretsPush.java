package io.mooring.controller.chap;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.Agent;
import io.mooring.controller.target.Answer;
import io.mooring.controller.target.Fleet;
import io.mooring.controller.target.KnownNode;
import io.mooring.controller.target.StorageTarget;
import io.mooring.runtime.chap.ChapEntry;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.Background;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings changed secrets to every storage host on which the node has a target: asks what is in
 * force there, and sets what is newer. Nothing is remembered between two looks, so that a host that
 * was away, and a controller that was, are no special cases. Any number of replicas may do it.
 */
public final class SecretsPush {
  private static final Logger LOG = LoggerFactory.getLogger(SecretsPush.class);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(20);

  private final Fleet fleet;
  private final NodeSecrets secrets;
  private final Runnable afterwards;
  private Set<String> troubles = Set.of(); // only on the loop

  /**
   * Secrets for the hosts of that fleet.
   *
   * @param afterwards called after each look, when all hosts that answer know what is known here
   */
  public SecretsPush(Fleet fleet, NodeSecrets secrets, Runnable afterwards) {
    this.fleet = requireNonNull(fleet, "fleet is null");
    this.secrets = requireNonNull(secrets, "secrets is null");
    this.afterwards = requireNonNull(afterwards, "afterwards is null");
  }

  /** Looks again and again, once it is started. */
  public Background loop(Duration interval) {
    return new Background("chap", interval, this::pass);
  }

  /** Looks at all targets now; the next look is the retry. */
  void pass() {
    try {
      Set<String> now = new TreeSet<>();
      for (Answer<Boolean> answer : fleet.ask(fleet.targets().values(), this::push)) {
        if (answer instanceof Answer.Failed<Boolean>(StorageTarget _, Failure failure)) {
          now.add(failure.sentence());
        }
      }
      now.stream()
          .filter(trouble -> !troubles.contains(trouble))
          .forEach(trouble -> LOG.warn("CHAP: {}", trouble));
      troubles = now;
      afterwards.run();
    } catch (Failure e) {
      LOG.debug("CHAP: {}", e.sentence());
    }
  }

  private boolean push(StorageTarget target) {
    Deadline deadline = Deadline.after(ANSWER_LIMIT);
    Agent agent = fleet.agent(target);
    for (KnownNode known : agent.nodes(deadline)) {
      Optional<ChapEntry> entry =
          secrets.entry(known.node().name()).filter(e -> e.revision() > known.chapRevision());
      if (entry.isPresent()) {
        set(agent, known, entry.get(), deadline);
        LOG.info(
            "storage target {}: node {} has {} now",
            target.name(),
            known.node().name(),
            entry.get());
      }
    }
    return true;
  }

  private static void set(Agent agent, KnownNode known, ChapEntry entry, Deadline deadline) {
    try {
      agent.setChap(known.node(), entry, deadline);
    } catch (Failure e) {
      // A newer one has come from another replica: it is in force, which was the aim.
      if (e.kind() != Kind.ABORTED) {
        throw e;
      }
    }
  }
}
