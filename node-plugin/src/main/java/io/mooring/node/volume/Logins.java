package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Initiator;
import io.mooring.node.iscsi.LoginOutcome;
import io.mooring.node.iscsi.Session;
import io.mooring.node.iscsi.TargetPortal;
import io.mooring.runtime.chap.Chap;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Steps A6 and A7: a session for a route. A live one costs a look into sysfs and nothing else; one
 * that iscsid is reconnecting is left to it; none means record and login.
 */
public final class Logins {
  private final Initiator initiator;
  private final DeadPortals dead;
  private final RefusedLogins refused;
  private final LoginSecrets secrets;
  private final ConcurrentHashMap<TargetPortal, ReentrantLock> underWay = new ConcurrentHashMap<>();

  Logins(Initiator initiator, DeadPortals dead, RefusedLogins refused, LoginSecrets secrets) {
    this.initiator = requireNonNull(initiator, "initiator is null");
    this.dead = requireNonNull(dead, "dead is null");
    this.refused = requireNonNull(refused, "refused is null");
    this.secrets = requireNonNull(secrets, "secrets is null");
  }

  /** Our session on that route, in whatever state. */
  public Optional<Session> session(Route route) {
    return initiator.sessions().stream().filter(route::isServedBy).findFirst();
  }

  /**
   * A logged-in session on that route.
   *
   * @param answered told once the portal is known to answer
   * @throws Failure UNAVAILABLE when there is none by the deadline; FAILED_PRECONDITION when the
   *     target refuses for good
   */
  public Session establish(Route route, Runnable answered, Deadline deadline) {
    Optional<Session> session = session(route);
    if (session.filter(Session::loggedIn).isPresent()) {
      answered.run();
      return session.get();
    }
    if (session.isEmpty() || isUnderWay(route)) {
      return login(route, answered, deadline);
    }
    return awaitReconnection(route, deadline);
  }

  /** Writes the node record of a live session again, which somebody has removed. */
  void rewriteRecord(Route route, Deadline deadline) {
    initiator.ensureRecord(route.target(), chap(route), deadline);
  }

  private boolean isUnderWay(Route route) {
    ReentrantLock lock = underWay.get(route.target());
    return lock != null && lock.isLocked();
  }

  /** A session that is down is iscsid's: it goes on trying for as long as the session exists. */
  private Session awaitReconnection(Route route, Deadline deadline) {
    return Poll.SYSFS
        .forValue(deadline, () -> session(route).filter(Session::loggedIn))
        .orElseThrow(() ->
            Failure.unavailable(
                route.portal()
                    + ": the session is down and iscsid has not reconnected it; check the"
                    + " portal's network"));
  }

  private Session login(Route route, Runnable answered, Deadline deadline) {
    ReentrantLock lock = underWay.computeIfAbsent(route.target(), target -> new ReentrantLock());
    acquire(lock, route, deadline);
    try {
      Optional<Session> meanwhile = session(route);
      if (meanwhile.isPresent()) {
        answered.run();
        return meanwhile.get().loggedIn() ? meanwhile.get() : awaitReconnection(route, deadline);
      }
      Optional<Chap> chap = chap(route);
      Optional<Failure> before = refused.of(route.target(), revision(chap));
      if (before.isPresent()) {
        throw before.get();
      }
      if (!initiator.reachable(route.portal(), deadline)) {
        dead.remember(route.portal());
        throw Failure.unavailable(
            route.portal() + " does not answer; check the portal and the path network");
      }
      answered.run();
      initiator.ensureRecord(route.target(), chap, deadline);
      FailPoints.pass("node.login.after-record");
      Session fresh = take(route, chap, initiator.login(route.target(), deadline));
      FailPoints.pass("node.login.after-login");
      chap.ifPresent(used -> secrets.sessions().loggedIn(fresh, used.revision()));
      return fresh;
    } finally {
      lock.unlock();
    }
  }

  private static void acquire(ReentrantLock lock, Route route, Deadline deadline) {
    if (!deadline.grants(lock::tryLock)) {
      throw Failure.unavailable(route.portal() + ": another login there has not ended yet");
    }
  }

  /**
   * What is known is used everywhere: a target that knows no CHAP is not logged in to by mistake.
   */
  private Optional<Chap> chap(Route route) {
    Optional<Chap> known = secrets.current().current();
    if (known.isEmpty() && route.chap() && !secrets.current().ended()) {
      throw Failure.unavailable(
          "%s demands CHAP and this node has no secrets; give them to it (option chap-file, see docs/features/chap.md)"
              .formatted(route.target()));
    }
    return known;
  }

  private static long revision(Optional<Chap> chap) {
    return chap.map(Chap::revision).orElse(0L);
  }

  private Failure refusal(Route route, Optional<Chap> chap, LoginOutcome.Refused refusal) {
    if (!refusal.permanent()) {
      return Failure.unavailable(refusal.sentence());
    }
    Failure failure =
        Failure.failedPrecondition(
            "%s (%s came %s); set both sides alike, the login is tried again when the secrets change or after %d s"
                .formatted(
                    refusal.sentence(),
                    initiator.initiatorName(),
                    chap.map(used -> "with " + used).orElse("without CHAP"),
                    refused.pause().toSeconds()));
    refused.remember(route.target(), revision(chap), failure);
    return failure;
  }

  private Session take(Route route, Optional<Chap> chap, LoginOutcome outcome) {
    return switch (outcome) {
      case LoginOutcome.LoggedIn in -> {
        dead.forget(route.portal());
        refused.forget(route.target());
        yield in.session();
      }
      case LoginOutcome.Unreachable none -> {
        dead.remember(route.portal());
        throw Failure.unavailable(none.sentence());
      }
      case LoginOutcome.Pending pending -> throw Failure.unavailable(pending.sentence());
      case LoginOutcome.Refused refusal -> throw refusal(route, chap, refusal);
    };
  }
}
