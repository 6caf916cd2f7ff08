package io.mooring.node.guard;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Session;
import io.mooring.node.iscsi.login.Reinstatement;
import io.mooring.node.network.TcpConnection;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Ticker;
import java.time.Duration;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has a dead session ended at its target, over whichever living path gets through. */
final class Ending {
  private static final Logger LOG = LoggerFactory.getLogger(Ending.class);

  /** A login takes a few round trips, and as long as the target's disks for what they began. */
  private static final Duration ATTEMPT = Duration.ofMillis(800);

  private static final Duration ALL = Duration.ofMillis(1200);

  private final Reinstatement reinstatement;
  private final Ticker ticker;

  Ending(Reinstatement reinstatement, Ticker ticker) {
    this.reinstatement = requireNonNull(reinstatement, "reinstatement is null");
    this.ticker = requireNonNull(ticker, "ticker is null");
  }

  /** Whether the target has confirmed it. */
  boolean atTarget(Session session, Collection<PathWatch> live) {
    Deadline deadline = Deadline.after(ALL, ticker);
    for (PathWatch path : live) {
      if (path.session().iqn().equals(session.iqn())
          && path.connection().isPresent()
          && !deadline.expired()
          && atTarget(session, path.connection().get(), deadline.atMost(ATTEMPT))) {
        return true;
      }
    }
    return false;
  }

  private boolean atTarget(Session session, TcpConnection via, Deadline deadline) {
    try {
      reinstatement.end(session, via, deadline);
      return true;
    } catch (Failure e) {
      LOG.info("{}", e.sentence());
      return false;
    }
  }
}
