package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Initiator;
import io.mooring.node.iscsi.Session;
import io.mooring.node.iscsi.TargetPortal;
import io.mooring.runtime.chap.ChapEntry;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * New secrets for sessions that logged in with older ones, or without, and none for those that came
 * with some where CHAP has ended. It is asked for at login only, so they go on as they are, but a
 * session that has to log in again by itself could not: iscsid would offer the old ones. So each is
 * renewed, one after the other, and the last live path of a volume never. A failure ends the round
 * for its target, so that no volume loses a second path to it, and not for other storage hosts.
 * What was renewed stays, and the next round goes on.
 */
public final class ChapRotation {
  private static final Logger LOG = LoggerFactory.getLogger(ChapRotation.class);
  private static final Duration RECORDS = Duration.ofSeconds(60);
  private static final Duration ONE_SESSION = Duration.ofMinutes(5);

  private final LoginSecrets secrets;
  private final Initiator initiator;
  private final SessionRenewal renewal;
  private final BackOff<Long> backOff;
  private volatile Optional<String> trouble = Optional.empty();

  ChapRotation(
      LoginSecrets secrets, Initiator initiator, SessionRenewal renewal, BackOff<Long> backOff) {
    this.secrets = requireNonNull(secrets, "secrets is null");
    this.initiator = requireNonNull(initiator, "initiator is null");
    this.renewal = requireNonNull(renewal, "renewal is null");
    this.backOff = requireNonNull(backOff, "backOff is null");
  }

  /** Why sessions still have older secrets; empty when none has, or it was not tried yet. */
  public Optional<String> trouble() {
    return trouble;
  }

  /** One round; the caller repeats it. */
  public void round() {
    Optional<ChapEntry> said = secrets.current().entry();
    List<Session> sessions = initiator.sessions();
    secrets.sessions().retain(sessions);
    said.ifPresent(current -> round(current, sessions));
  }

  private void round(ChapEntry said, List<Session> sessions) {
    List<Session> behind = sessions.stream().filter(session -> isBehind(session, said)).toList();
    backOff.retain(Set.of(said.revision()));
    if (behind.isEmpty()) {
      backOff.succeeded(said.revision());
      trouble = Optional.empty();
    } else if (backOff.isDue(said.revision())) {
      try {
        rotate(behind, said);
        trouble = Optional.empty();
      } catch (Failure e) {
        LOG.warn("{} sessions are from before {}: {}", behind.size(), said, e.sentence());
        trouble = Optional.of(e.sentence());
        backOff.failed(said.revision());
      }
    }
  }

  /**
   * One that logged in without secrets is behind where there are some, and the other way round:
   * iscsid would come back as it came first, and find that the target has changed its mind.
   */
  private boolean isBehind(Session session, ChapEntry said) {
    OptionalLong revision = secrets.sessions().of(session);
    return said.chap().isPresent() ? revision.orElse(0) < said.revision() : revision.isPresent();
  }

  private void rotate(List<Session> behind, ChapEntry said) {
    Deadline deadline = Deadline.after(RECORDS);
    List<TargetPortal> records = initiator.records();
    // All at once: whichever session is lost in between comes back with the new ones.
    records.forEach(target -> initiator.ensureRecord(target, said.chap(), deadline));
    FailPoints.pass("node.chap.after-records");
    Map<String, Failure> failed = new LinkedHashMap<>();
    for (Session session : behind) {
      if (!failed.containsKey(session.iqn())) {
        try {
          renewal.renew(session, record(session, records), Deadline.after(ONE_SESSION));
        } catch (Failure e) {
          failed.put(session.iqn(), e);
        }
      }
    }
    if (!failed.isEmpty()) {
      throw failed.values().iterator().next();
    }
    LOG.info("{} sessions have {} now", behind.size(), said);
  }

  private static TargetPortal record(Session session, List<TargetPortal> records) {
    return records.stream()
        .filter(record -> record.isServedBy(session))
        .findFirst()
        .orElseThrow(() ->
            Failure.unavailable(
                "session %d with %s has no node record; it is made with the next login"
                    .formatted(session.id(), session.iqn())));
  }
}
