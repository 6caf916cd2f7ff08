package io.mooring.node.iscsi;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;

/**
 * One login. iscsiadm runs beside and sysfs is watched: whichever is first decides. iscsiadm's exit
 * code tells why there is no session; that there is one is seen earlier in sysfs, and with
 * open-iscsi 2.1.10, which waits for a scan that our records forbid, it is seen only there.
 */
final class Login {
  /** Our records give a login 5 s and one try. */
  private static final Duration LIMIT = Duration.ofSeconds(8);

  /** iscsid gives up later than that on a target that keeps silent; let its client hear it. */
  private static final Duration CHILD_LIMIT = Duration.ofSeconds(20);

  private final IscsiAdm iscsiadm;
  private final Function<TargetPortal, Optional<Session>> sessions;

  Login(IscsiAdm iscsiadm, Function<TargetPortal, Optional<Session>> sessions) {
    this.iscsiadm = requireNonNull(iscsiadm, "iscsiadm is null");
    this.sessions = requireNonNull(sessions, "sessions is null");
  }

  LoginOutcome run(TargetPortal target, Deadline deadline) {
    Deadline limit = deadline.atMost(LIMIT);
    FutureTask<CommandResult> asked =
        new FutureTask<>(() ->
            iscsiadm.runWaiting(
                OpenIscsi.node(target.iqn(), target.portal().toString(), List.of("--login")),
                Deadline.after(CHILD_LIMIT, deadline.ticker())));
    Thread.ofPlatform().daemon().name("login-" + target.portal()).start(asked);
    Poll.SYSFS.until(limit, () -> asked.isDone() || loggedIn(target).isPresent());
    return loggedIn(target).orElseGet(() -> explain(target, asked, limit));
  }

  private LoginOutcome explain(
      TargetPortal target, FutureTask<CommandResult> asked, Deadline limit) {
    if (!asked.isDone()) {
      return pending(target);
    }
    try {
      return judge(target, asked.get(), limit);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Failure failure) {
        if (failure.kind() == Kind.DEADLINE_EXCEEDED) {
          return pending(target);
        }
        throw failure;
      }
      throw Failure.internal("login to " + target + " failed unexpectedly; see the log", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.unavailable("the process is stopping; try again when it is back");
    }
  }

  private LoginOutcome judge(TargetPortal target, CommandResult result, Deadline limit) {
    return switch (result.exitCode()) {
      // Somebody else's login is under way, or the session is about to show.
      case IscsiAdm.OK, IscsiAdm.SESSION_EXISTS ->
          Poll.SYSFS.forValue(limit, () -> loggedIn(target)).orElseGet(() -> pending(target));
      // iscsid does not tell a missing access list entry from a wrong secret (seen with LIO).
      case IscsiAdm.LOGIN_AUTH_FAILED ->
          new LoginOutcome.Refused(
              "%s refuses this node: it has no access list entry there, or the CHAP secret is wrong"
                  .formatted(target),
              true);
      case IscsiAdm.FATAL_LOGIN ->
          new LoginOutcome.Refused(
              "%s refuses this node (%s); look at the storage host"
                  .formatted(target, result.complaint()),
              false);
      case IscsiAdm.NO_OBJECTS_FOUND ->
          throw Failure.unavailable(
              "the node record of %s has been removed meanwhile; try again".formatted(target));
      default ->
          new LoginOutcome.Pending(
              "login to %s has not succeeded (iscsiadm: exit code %d %s)"
                  .formatted(target, result.exitCode(), result.complaint()));
    };
  }

  private Optional<LoginOutcome> loggedIn(TargetPortal target) {
    return sessions.apply(target).filter(Session::loggedIn).map(LoginOutcome.LoggedIn::new);
  }

  private static LoginOutcome pending(TargetPortal target) {
    return new LoginOutcome.Pending("login to " + target + " has not ended yet");
  }
}
