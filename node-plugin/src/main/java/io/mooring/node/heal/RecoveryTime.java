package io.mooring.node.heal;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Session;
import io.mooring.node.iscsi.SessionControl;
import io.mooring.node.multipath.DropIn;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Ticker;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * For how long the kernel holds a lost session's commands: with more than the drop-in says a writer
 * stands still, with less a late packet can be written after what came later. A zero is the path
 * guard's, which puts it back itself. Where somebody changes it back he has his reasons, mostly an
 * {@code overrides} section, and is told of.
 */
final class RecoveryTime implements Step {
  private static final long ONCE_IN_NANOS = Duration.ofMinutes(10).toNanos();

  private final SessionControl control;
  private final Ticker ticker;
  private final Map<Integer, Long> written = new HashMap<>();

  RecoveryTime(SessionControl control, Ticker ticker) {
    this.control = requireNonNull(control, "control is null");
    this.ticker = requireNonNull(ticker, "ticker is null");
  }

  @Override
  public void run(Look look, HealLog log) {
    written.keySet().retainAll(look.sessions().stream().map(Session::id).toList());
    for (Session session : look.sessions()) {
      OptionalInt seconds = control.recoverySeconds(session);
      boolean fine =
          seconds.isPresent()
              && (seconds.getAsInt() == DropIn.FAST_IO_FAIL_SECONDS || seconds.getAsInt() == 0);
      if (session.loggedIn() && !fine) {
        putBack(session, seconds.isPresent() ? seconds.getAsInt() + " s" : "without end", log);
      }
    }
  }

  private void putBack(Session session, String is, HealLog log) {
    String subject = "session " + session.id();
    String wrong =
        "recovery_tmo of session %d with %s is %s and not %d s"
            .formatted(session.id(), session.persistentPortal(), is, DropIn.FAST_IO_FAIL_SECONDS);
    Long at = written.get(session.id());
    if (at != null && ticker.nanos() - at < ONCE_IN_NANOS) {
      log.found(
          Ailment.RECOVERY_TIME,
          subject,
          wrong
              + " again; look for fast_io_fail_tmo in an overrides section of this host's multipath.conf");
      return;
    }
    log.cure(
        Ailment.RECOVERY_TIME,
        subject,
        wrong,
        "put back",
        () -> {
          if (!control.setRecoverySeconds(session, DropIn.FAST_IO_FAIL_SECONDS)) {
            throw Failure.unavailable("the kernel does not take it");
          }
          written.put(session.id(), ticker.nanos());
          return true;
        });
  }
}
