package io.mooring.node.guard;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Session;
import io.mooring.node.iscsi.SessionControl;
import io.mooring.node.multipath.DropIn;
import io.mooring.runtime.time.Ticker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time for which the kernel holds a lost session's commands: set to nothing just before its
 * connection is destroyed, and put back when the session is logged in again. A zero that nobody
 * remembers was left by a process that was killed.
 */
final class RecoveryTimes {
  /** What the multipath drop-in has multipathd set. */
  static final int CONFIGURED = DropIn.FAST_IO_FAIL_SECONDS;

  private static final Logger LOG = LoggerFactory.getLogger(RecoveryTimes.class);

  /** The kernel takes a moment to notice that the connection is lost. */
  private static final long SETTLING_NANOS = Duration.ofSeconds(5).toNanos();

  private final SessionControl control;
  private final Ticker ticker;
  private final Map<Integer, Changed> changed = new HashMap<>();

  /**
   * @param seconds what was set before
   * @param nanos when it was changed
   * @param wentDown whether the session was seen to be down since
   */
  private record Changed(int seconds, long nanos, boolean wentDown) {}

  RecoveryTimes(SessionControl control, Ticker ticker) {
    this.control = requireNonNull(control, "control is null");
    this.ticker = requireNonNull(ticker, "ticker is null");
  }

  /** Sets it to nothing; false when the kernel refuses, since the session is down already. */
  boolean end(Session session) {
    OptionalInt before = control.recoverySeconds(session);
    if (!control.setRecoverySeconds(session, 0)) {
      return false;
    }
    int seconds =
        before.isPresent() && before.getAsInt() > 0 ? before.getAsInt() : configured(session);
    changed.put(session.id(), new Changed(seconds, ticker.nanos(), false));
    return true;
  }

  private int configured(Session session) {
    Changed change = changed.get(session.id());
    return change == null ? CONFIGURED : change.seconds();
  }

  /** Puts it back at once, since the session was left as it is; false when the kernel refuses. */
  boolean takeBack(Session session) {
    boolean back = control.setRecoverySeconds(session, configured(session));
    if (back) {
      changed.remove(session.id());
    }
    return back;
  }

  /** Puts it back where the session is logged in again. */
  void restore(List<Session> sessions) {
    changed.keySet().retainAll(sessions.stream().map(Session::id).toList());
    for (Session session : sessions) {
      if (!session.loggedIn()) {
        changed.computeIfPresent(
            session.id(), (id, was) -> new Changed(was.seconds(), was.nanos(), true));
      } else if (isDue(session) && control.recoverySeconds(session).equals(OptionalInt.of(0))) {
        restore(session);
      } else if (isDue(session)) {
        // Somebody else, mostly multipathd, has set it.
        changed.remove(session.id());
      }
    }
  }

  private boolean isDue(Session session) {
    Changed change = changed.get(session.id());
    return change == null || change.wentDown() || ticker.nanos() - change.nanos() >= SETTLING_NANOS;
  }

  private void restore(Session session) {
    int seconds = configured(session);
    if (takeBack(session)) {
      LOG.info(
          "session {} with {}: recovery_tmo is {} again",
          session.id(),
          session.persistentPortal(),
          seconds);
    }
  }
}
