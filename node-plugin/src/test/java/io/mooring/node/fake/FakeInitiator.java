package io.mooring.node.fake;

import io.mooring.node.fake.FakeTargets.Reception;
import io.mooring.node.iscsi.Initiator;
import io.mooring.node.iscsi.LoginOutcome;
import io.mooring.node.iscsi.Portal;
import io.mooring.node.iscsi.Session;
import io.mooring.node.iscsi.SessionState;
import io.mooring.node.iscsi.TargetPortal;
import io.mooring.runtime.chap.Chap;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Sessions on the fake kernel. */
final class FakeInitiator implements Initiator {
  private final String initiatorName;
  private final FakeKernel kernel;
  private final Faults faults;
  private final Map<TargetPortal, Optional<Chap>> records = new LinkedHashMap<>();
  private boolean iface;

  FakeInitiator(String initiatorName, FakeKernel kernel, Faults faults) {
    this.initiatorName = initiatorName;
    this.kernel = kernel;
    this.faults = faults;
  }

  @Override
  public String initiatorName() {
    return initiatorName;
  }

  @Override
  public void ensureIface(Deadline deadline) {
    act("ensureIface", IFACE, () -> iface = true);
  }

  @Override
  public void ensureRecord(TargetPortal target, Optional<Chap> chap, Deadline deadline) {
    synchronized (kernel) {
      if (chap.equals(records.get(target))) {
        return;
      }
    }
    act("ensureRecord", target.portal(), () -> records.put(target, chap));
  }

  @Override
  public List<Session> sessions() {
    synchronized (kernel) {
      return kernel.sessions.stream()
          .filter(session -> session.iface.equals(IFACE))
          .filter(session -> session.initiatorName.equals(initiatorName))
          .map(FakeSession::shown)
          .toList();
    }
  }

  @Override
  public boolean daemonRuns() {
    synchronized (kernel) {
      return kernel.iscsidRuns;
    }
  }

  /** Somebody removes a node record. */
  void lose(TargetPortal target) {
    records.remove(target);
  }

  @Override
  public Set<Integer> hostsOf(String iqn) {
    synchronized (kernel) {
      return kernel.sessions.stream()
          .filter(session -> session.target.iqn().equals(iqn))
          .map(session -> session.host)
          .collect(Collectors.toSet());
    }
  }

  @Override
  public boolean reachable(Portal portal, Deadline deadline) {
    return kernel.targets.reception(portal) != Reception.DEAD;
  }

  @Override
  public LoginOutcome login(TargetPortal target, Deadline deadline) {
    Optional<Session> present = session(target);
    if (present.isPresent() && present.get().state() == SessionState.FAILED) {
      return new LoginOutcome.Pending("the session is lost and being reconnected");
    }
    if (present.isPresent() && present.get().loggedIn()) {
      return new LoginOutcome.LoggedIn(present.get());
    }
    if (!reachable(target.portal(), deadline)) {
      return new LoginOutcome.Unreachable("portal " + target.portal() + " does not answer");
    }
    boolean decided =
        Poll.SYSFS.until(
            deadline, () -> kernel.targets.reception(target.portal()) != Reception.SLOW);
    return decided
        ? act("login", target.portal(), () -> received(target))
        : new LoginOutcome.Pending("login to " + target + " has not ended yet");
  }

  private LoginOutcome received(TargetPortal target) {
    Optional<Chap> chap = records.get(target);
    if (!iface || chap == null) {
      throw Failure.unavailable("there is no node record of " + target);
    }
    return switch (kernel.targets.reception(target.portal())) {
      case DEAD -> new LoginOutcome.Unreachable("portal " + target.portal() + " is gone");
      case REFUSING -> new LoginOutcome.Refused(target + " refuses this initiator", false);
      case WRONG_CREDENTIALS -> new LoginOutcome.Refused(target + " refuses the secret", true);
      case SLOW -> new LoginOutcome.Pending("login to " + target + " has not ended yet");
      case WELCOME -> {
        if (!kernel.targets.accepts(chap)) {
          yield new LoginOutcome.Refused(target + " refuses the secret", true);
        }
        Optional<Session> raced = session(target);
        yield new LoginOutcome.LoggedIn(
            raced.orElseGet(() -> kernel.addSession(target, IFACE, initiatorName).shown()));
      }
    };
  }

  private Optional<Session> session(TargetPortal target) {
    return sessions().stream()
        .filter(session -> session.iqn().equals(target.iqn()))
        .filter(session -> session.persistentPortal().equals(target.portal()))
        .findFirst();
  }

  @Override
  public void logout(TargetPortal target, Deadline deadline) {
    Optional<Session> present = session(target);
    if (present.isEmpty()) {
      return;
    }
    act(
        "logout",
        target.portal(),
        () -> {
          int host = present.get().hostNumber();
          if (kernel.disks.stream().anyMatch(disk -> disk.hctl.host() == host)) {
            throw Failure.failedPrecondition("the session with " + target + " still has disks");
          }
          return kernel.sessions.removeIf(session -> session.host == host);
        });
  }

  @Override
  public List<TargetPortal> records() {
    synchronized (kernel) {
      return List.copyOf(records.keySet());
    }
  }

  @Override
  public void removeRecord(TargetPortal target, Deadline deadline) {
    act(
        "removeRecord",
        target.portal(),
        () -> {
          if (session(target).isPresent()) {
            throw Failure.failedPrecondition("the session with " + target + " lives");
          }
          return records.remove(target) != null;
        });
  }

  private <T> T act(String method, Object argument, Supplier<T> effect) {
    return faults.call(
        "initiator." + method,
        argument,
        () -> {
          synchronized (kernel) {
            return effect.get();
          }
        });
  }
}
