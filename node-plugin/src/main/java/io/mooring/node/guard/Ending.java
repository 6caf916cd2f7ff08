package io.mooring.node.guard;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.login.EndingLogin;
import io.mooring.node.iscsi.login.Reinstatement;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Ticker;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a dead session ended at its target, over whichever living path gets through. A target that is
 * at work on that is asked once: it may have to wait for its disks.
 */
final class Ending {
  private static final Logger LOG = LoggerFactory.getLogger(Ending.class);

  /** A login takes a few round trips, and as long as the target's disks for what they began. */
  private static final Duration ATTEMPT = Duration.ofMillis(800);

  private static final Duration ALL = Duration.ofMillis(1200);

  private final Reinstatement reinstatement;
  private final Ticker ticker;

  /** What targets are at work on, by the session that is to end. */
  private final Map<Integer, UnderWay> underWay = new HashMap<>();

  /**
   * A login that has begun.
   *
   * @param cookie of the connection that it ends; what it says is not true of a later one
   */
  private record UnderWay(long cookie, EndingLogin login) {}

  Ending(Reinstatement reinstatement, Ticker ticker) {
    this.reinstatement = requireNonNull(reinstatement, "reinstatement is null");
    this.ticker = requireNonNull(ticker, "ticker is null");
  }

  /** Whether the target has confirmed it. */
  boolean atTarget(PathWatch dead, Collection<PathWatch> live) {
    Deadline deadline = Deadline.after(ALL, ticker);
    Optional<EndingLogin> begun = takeUnderWay(dead);
    if (begun.isPresent()) {
      return awaitConfirmation(dead, begun.get(), deadline);
    }
    for (PathWatch path : live) {
      if (path.session().iqn().equals(dead.session().iqn())
          && path.connection().isPresent()
          && !deadline.expired()
          && !isUnderWay(dead)
          && awaitConfirmation(
              dead, reinstatement.begin(dead.session(), path.connection().get()), deadline)) {
        return true;
      }
    }
    return false;
  }

  private Optional<EndingLogin> takeUnderWay(PathWatch dead) {
    UnderWay before = underWay.remove(dead.session().id());
    if (before == null) {
      return Optional.empty();
    }
    if (before.cookie() != dead.cookie()) {
      before.login().close();
      return Optional.empty();
    }
    return Optional.of(before.login());
  }

  private boolean isUnderWay(PathWatch dead) {
    return underWay.containsKey(dead.session().id());
  }

  private boolean awaitConfirmation(PathWatch dead, EndingLogin login, Deadline deadline) {
    try {
      if (login.confirmed(deadline.atMost(ATTEMPT))) {
        return true;
      }
    } catch (Failure e) {
      LOG.info("{}", e.sentence());
      return false;
    }
    if (login.hasBegun()) {
      underWay.put(dead.session().id(), new UnderWay(dead.cookie(), login));
    } else {
      login.close();
    }
    return false;
  }

  /** Forgets sessions that there are no more. */
  void retain(Collection<Integer> sessions) {
    underWay.keySet().retainAll(sessions);
  }
}
