package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Initiator;
import io.mooring.node.iscsi.LoginOutcome;
import io.mooring.node.iscsi.Session;
import io.mooring.node.iscsi.TargetPortal;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Steps A6 and A7: a session for a route. A live one costs a look into sysfs and nothing else; one
 * that iscsid is reconnecting is left to it; none means record and login.
 */
public final class Logins {
  private final Initiator initiator;
  private final DeadPortals dead;
  private final ConcurrentHashMap<TargetPortal, ReentrantLock> underWay = new ConcurrentHashMap<>();

  public Logins(Initiator initiator, DeadPortals dead) {
    this.initiator = requireNonNull(initiator, "initiator is null");
    this.dead = requireNonNull(dead, "dead is null");
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
      if (!initiator.reachable(route.portal(), deadline)) {
        dead.remember(route.portal());
        throw Failure.unavailable(
            route.portal() + " does not answer; check the portal and the path network");
      }
      answered.run();
      initiator.ensureRecord(route.target(), deadline);
      return take(route, initiator.login(route.target(), deadline));
    } finally {
      lock.unlock();
    }
  }

  private static void acquire(ReentrantLock lock, Route route, Deadline deadline) {
    try {
      if (!lock.tryLock(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
        throw Failure.unavailable(route.portal() + ": another login there has not ended yet");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.unavailable("the process is stopping; try again when it is back");
    }
  }

  private Session take(Route route, LoginOutcome outcome) {
    return switch (outcome) {
      case LoginOutcome.LoggedIn in -> {
        dead.forget(route.portal());
        yield in.session();
      }
      case LoginOutcome.Unreachable none -> {
        dead.remember(route.portal());
        throw Failure.unavailable(none.sentence());
      }
      case LoginOutcome.Pending pending -> throw Failure.unavailable(pending.sentence());
      case LoginOutcome.Refused refused ->
          throw refused.permanent()
              ? Failure.failedPrecondition(refused.sentence())
              : Failure.unavailable(refused.sentence());
    };
  }
}
