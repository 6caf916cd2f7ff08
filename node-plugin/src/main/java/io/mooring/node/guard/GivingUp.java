package io.mooring.node.guard;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Session;
import io.mooring.node.iscsi.SessionControl;
import io.mooring.node.network.Destruction;
import io.mooring.node.network.Network;
import io.mooring.node.network.TcpConnection;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Ticker;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives up one dead path, if every map can do without it: its target is made to end the session
 * over another path, so that nothing of it can be written later; the kernel is told to hold nothing
 * for the session, then its socket is destroyed, and so the kernel fails what waits there at once.
 * iscsid reconnects the session when the portal answers again.
 */
final class GivingUp {
  private static final Logger LOG = LoggerFactory.getLogger(GivingUp.class);

  /** How long it may take to learn how the other paths are; asked again in the next round. */
  private static final Duration ALTERNATIVES = Duration.ofSeconds(1);

  private final SessionControl control;
  private final Network network;
  private final Alternatives alternatives;
  private final Ending ending;
  private final RecoveryTimes recovery;
  private final GuardNotes notes;
  private final Ticker ticker;
  private final Budget budget = new Budget();

  /** The connections of the sessions that were given up, until they have another one. */
  private final Map<Integer, TcpConnection> away = new HashMap<>();

  /**
   * Found out by trying: a session is not ended at its target for a socket that stays, since over
   * that one it might have gone on after a moment.
   */
  private boolean kernelRefuses;

  GivingUp(
      SessionControl control,
      Network network,
      Alternatives alternatives,
      Ending ending,
      RecoveryTimes recovery,
      GuardNotes notes,
      Ticker ticker) {
    this.control = requireNonNull(control, "control is null");
    this.network = requireNonNull(network, "network is null");
    this.alternatives = requireNonNull(alternatives, "alternatives is null");
    this.ending = requireNonNull(ending, "ending is null");
    this.recovery = requireNonNull(recovery, "recovery is null");
    this.notes = requireNonNull(notes, "notes is null");
    this.ticker = requireNonNull(ticker, "ticker is null");
  }

  /**
   * Gives the path up, or leaves it and says why.
   *
   * @param all every path that is watched
   * @return whether it was given up
   */
  boolean of(PathWatch path, Collection<PathWatch> all) {
    Session session = path.session();
    Set<Integer> loggedIn =
        control.sessions().stream()
            .filter(Session::loggedIn)
            .map(Session::id)
            .collect(Collectors.toSet());
    if (!loggedIn.contains(session.id())) {
      // The kernel has noticed by itself, and takes no other recovery time now.
      return false;
    }
    if (kernelRefuses) {
      hold(path, Hold.KERNEL);
      return false;
    }
    if (!budget.allows(session, ticker.nanos())) {
      hold(path, Hold.RATE);
      return false;
    }
    List<PathWatch> live = live(path, all, loggedIn);
    Optional<Hold> hold =
        alternatives.hold(
            session.hostNumber(),
            live.stream().map(other -> other.session().hostNumber()).collect(Collectors.toSet()),
            Deadline.after(ALTERNATIVES, ticker));
    if (hold.isPresent()) {
      hold(path, hold.get());
      return false;
    }
    // The answer took a moment: is it still so?
    path.look(true, ticker.nanos());
    live.forEach(other -> other.look(true, ticker.nanos()));
    if (live(path, live, loggedIn).size() < live.size()) {
      return false;
    }
    return path.verdict(ticker.nanos()) instanceof Verdict.Dead dead && act(path, dead, live);
  }

  private List<PathWatch> live(
      PathWatch dead, Collection<PathWatch> candidates, Set<Integer> loggedIn) {
    return candidates.stream()
        .filter(other -> other.session().id() != dead.session().id())
        .filter(other -> loggedIn.contains(other.session().id()))
        .filter(other -> other.verdict(ticker.nanos()) instanceof Verdict.Fine)
        .toList();
  }

  private boolean act(PathWatch path, Verdict.Dead dead, List<PathWatch> live) {
    long judgedAt = ticker.nanos();
    Session session = path.session();
    String why = path.describe(dead);
    if (!ending.atTarget(path, live)) {
      hold(path, Hold.TARGET);
      return false;
    }
    FailPoints.pass("node.guard.after-ending");
    if (!recovery.end(session)) {
      return false;
    }
    FailPoints.pass("node.guard.before-destroy");
    TcpConnection connection = path.connection().orElseThrow();
    Destruction outcome = destroy(path, connection);
    if (outcome != Destruction.DONE) {
      // Where that is refused the session is down, and the next login puts it back.
      var _ = recovery.takeBack(session);
      if (outcome == Destruction.UNSUPPORTED) {
        hold(path, Hold.KERNEL);
      }
      return false;
    }
    budget.spend(session, ticker.nanos());
    away.put(session.id(), connection);
    path.forget();
    LOG.warn("{} is dead ({}): given up, I/O goes over the other paths", name(session), why);
    notes.gaveUp(session, dead.reason(), dead.lasting().plusNanos(ticker.nanos() - judgedAt));
    return true;
  }

  private Destruction destroy(PathWatch path, TcpConnection connection) {
    try {
      Destruction outcome = network.destroy(connection, path.cookie());
      kernelRefuses = outcome == Destruction.UNSUPPORTED;
      return outcome;
    } catch (Failure e) {
      LOG.error("{} cannot be given up: {}", name(path.session()), e.sentence());
      return Destruction.UNSUPPORTED;
    }
  }

  private void hold(PathWatch path, Hold why) {
    if (path.holdBack(why, ticker.nanos())) {
      LOG.warn(
          "{} is dead and left to the kernel's own timers: {}",
          name(path.session()),
          switch (why) {
            case LAST_PATH -> "a map has no other live path";
            case RATE -> "it was given up too often lately; look at its cable, NIC and switch port";
            case UNKNOWN -> "neither multipathd nor the kernel says how the other paths are";
            case NO_MAP -> "no map has a path over it";
            case TARGET ->
                "its target does not confirm over another path that the session is ended";
            case KERNEL ->
                "the kernel does not destroy its socket (CONFIG_INET_DIAG_DESTROY, CAP_NET_ADMIN in the host's network namespace)";
          });
      notes.heldBack(path.session(), why);
    }
  }

  /** Tells which paths that were given up are logged in again. */
  void lookForReturns(List<Session> sessions) {
    List<Integer> ids = sessions.stream().map(Session::id).toList();
    away.keySet().retainAll(ids);
    ending.retain(ids);
    for (Session session : sessions) {
      if (session.loggedIn() && away.containsKey(session.id()) && isConnectedAnew(session)) {
        away.remove(session.id());
        LOG.info("{} is back", name(session));
        notes.cameBack(session);
      }
    }
  }

  private boolean isConnectedAnew(Session session) {
    Optional<TcpConnection> now = control.connection(session);
    return now.isPresent() && !now.get().equals(away.get(session.id()));
  }

  private static String name(Session session) {
    return "the path to " + session.persistentPortal() + " of " + session.iqn();
  }
}
