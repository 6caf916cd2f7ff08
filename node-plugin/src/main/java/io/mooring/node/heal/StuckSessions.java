package io.mooring.node.heal;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Initiator;
import io.mooring.node.iscsi.Session;
import io.mooring.node.volume.Repairs;
import io.mooring.node.volume.Route;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Ticker;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * A session that is down is iscsid's to bring back. One that stays down for long although its
 * portal answers is ended and made anew, while each of its maps has another live path.
 */
final class StuckSessions implements Step {
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /** A restart of iscsid takes less. */
  private static final Duration WITHOUT_DAEMON = Duration.ofSeconds(30);

  private static final Duration PROBE = Duration.ofSeconds(1);
  private static final Duration RENEWAL = Duration.ofMinutes(2);

  private final Initiator initiator;
  private final Repairs repairs;
  private final Since<Integer> down;

  StuckSessions(Initiator initiator, Repairs repairs, Ticker ticker) {
    this.initiator = requireNonNull(initiator, "initiator is null");
    this.repairs = requireNonNull(repairs, "repairs is null");
    this.down = new Since<>(ticker);
  }

  @Override
  public void run(Look look, HealLog log) {
    Map<Integer, Session> lost = new TreeMap<>();
    look.sessions().stream()
        .filter(session -> !session.loggedIn())
        .filter(session -> look.route(session).isPresent())
        .forEach(session -> lost.put(session.id(), session));
    down.seen(lost.keySet());
    if (lost.keySet().stream().anyMatch(id -> down.lasts(id, WITHOUT_DAEMON))
        && !initiator.daemonRuns()) {
      log.found(
          Ailment.DAEMON,
          "iscsid",
          "iscsid does not run, so lost sessions stay lost; start iscsid.service on this host");
      return;
    }
    lost.values().stream()
        .filter(session -> down.lasts(session.id(), PATIENCE))
        .filter(session -> initiator.reachable(session.persistentPortal(), Deadline.after(PROBE)))
        .forEach(session -> renew(session, look.route(session).orElseThrow(), log));
  }

  private void renew(Session session, Route route, HealLog log) {
    log.cure(
        Ailment.SESSION,
        route.target().toString(),
        "session %d with %s is down for more than %d minutes although the portal answers"
            .formatted(session.id(), route.target(), PATIENCE.toMinutes()),
        "ended and logged in anew",
        () -> {
          repairs.renew(session, route.target(), Deadline.after(RENEWAL));
          return true;
        });
  }
}
