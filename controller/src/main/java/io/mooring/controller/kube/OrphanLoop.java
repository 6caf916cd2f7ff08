package io.mooring.controller.kube;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.mooring.controller.audit.Orphan;
import io.mooring.controller.audit.Removals;
import io.mooring.controller.audit.Times;
import io.mooring.controller.audit.View;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Background;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what Kubernetes, storage hosts and nodes believe, while this replica is the leader;
 * shows where they disagree for longer than changes take, and removes what an administrator has
 * given up after a quarantine.
 */
final class OrphanLoop {
  private static final Logger LOG = LoggerFactory.getLogger(OrphanLoop.class);
  private static final int LOOKS = 2;

  private final Supplier<View> look;
  private final OrphanReport report;
  private final Removals removals;
  private final BooleanSupplier leads;
  private final Times times;
  private final InstantSource now;
  private final Map<String, Seen> seen = new HashMap<>(); // only on the loop, as the complaint
  private String complaint = "";

  /** A finding that is not shown yet. */
  private record Seen(Instant since, int looks) {}

  OrphanLoop(
      Supplier<View> look,
      OrphanReport report,
      Removals removals,
      BooleanSupplier leads,
      Times times,
      InstantSource now) {
    this.look = requireNonNull(look, "look is null");
    this.report = requireNonNull(report, "report is null");
    this.removals = requireNonNull(removals, "removals is null");
    this.leads = requireNonNull(leads, "leads is null");
    this.times = requireNonNull(times, "times is null");
    this.now = requireNonNull(now, "now is null");
  }

  /** Looks again and again, once it is started. */
  Background loop() {
    return new Background("audit", times.interval(), this::pass);
  }

  /** Looks now, where this replica is the leader; the next look is the retry. */
  void pass() {
    if (!leads.getAsBoolean()) {
      seen.clear();
      return;
    }
    try {
      compare();
      complaint = "";
    } catch (Failure e) {
      complain(e.sentence());
    } catch (KubernetesClientException e) {
      complain(KubeTrouble.reason(e));
    }
  }

  private void complain(String cause) {
    if (!cause.equals(complaint)) {
      complaint = cause;
      LOG.warn("no audit is made: {}; it is tried again", cause);
    }
  }

  private void compare() {
    View view = look.get();
    List<Orphan> orphans = view.orphans();
    Map<String, MooringOrphanObject> shown = report.all();
    Set<String> found = orphans.stream().map(OrphanReport::name).collect(Collectors.toSet());
    seen.keySet().retainAll(found);
    for (MooringOrphanObject object : shown.values()) {
      boolean over =
          !found.contains(object.name()) && object.orphan().filter(view::knows).isPresent();
      if (over) {
        report.remove(object);
      }
    }
    for (Orphan orphan : orphans) {
      MooringOrphanObject object = shown.get(OrphanReport.name(orphan));
      if (object == null) {
        consider(orphan, view);
      } else {
        treat(orphan, object, view);
      }
    }
  }

  /** What is seen for the first time may be a change under way. */
  private void consider(Orphan orphan, View view) {
    String name = OrphanReport.name(orphan);
    Seen before = seen.getOrDefault(name, new Seen(now.instant(), 0));
    Seen again = new Seen(before.since(), before.looks() + 1);
    seen.put(name, again);
    if (again.looks() >= LOOKS && hasPassed(again.since(), times.standing())) {
      report.add(orphan, status(orphan, again.since(), view.obstacle(orphan)));
      seen.remove(name);
    }
  }

  private boolean hasPassed(Instant since, Duration time) {
    return !now.instant().isBefore(since.plus(time));
  }

  private void treat(Orphan orphan, MooringOrphanObject object, View view) {
    // One that was made and then left without a status begins its quarantine now.
    Instant since = object.since().orElseGet(now::instant);
    Optional<String> obstacle = view.obstacle(orphan);
    OrphanStatus status = status(orphan, since, obstacle);
    if (!object.consented() || OrphanStatus.NEVER.equals(status.removal())) {
      report.update(object, status);
    } else if (!hasPassed(since, times.quarantine())) {
      report.update(
          object,
          saying(
              status,
              OrphanStatus.QUARANTINE,
              "it is removed after " + text(since.plus(times.quarantine()))));
    } else {
      refusal(orphan, object)
          .ifPresentOrElse(
              reason -> report.update(object, saying(status, OrphanStatus.REFUSED, reason)),
              () -> report.remove(object));
    }
  }

  /**
   * Removes the thing, after everybody was asked once more. Kubernetes is asked last, so what came
   * to know it meanwhile counts.
   *
   * @return why it was not removed; empty when it was
   */
  private Optional<String> refusal(Orphan orphan, MooringOrphanObject object) {
    View fresh = look.get();
    boolean still = fresh.orphans().stream().anyMatch(one -> one.key().equals(orphan.key()));
    if (!still) {
      return Optional.of("it was not found again immediately before");
    }
    Optional<String> obstacle = fresh.obstacle(orphan);
    if (obstacle.isPresent()) {
      return obstacle;
    }
    if (!report.consented(object.name()) || !leads.getAsBoolean()) {
      return Optional.of("the consent was withdrawn, or another replica leads now");
    }
    try {
      removals.remove(orphan);
      LOG.warn("{} is removed, as an administrator has consented", orphan.key());
      return Optional.empty();
    } catch (Failure e) {
      return Optional.of(e.sentence());
    }
  }

  private static OrphanStatus status(Orphan orphan, Instant since, Optional<String> obstacle) {
    return switch (orphan.kind()) {
      case ORPHAN_VOLUME, ORPHAN_PUBLICATION ->
          new OrphanStatus(
              text(since),
              OrphanStatus.ON_CONSENT,
              orphan.sentence()
                  + obstacle.map(reason -> " (kept in any case: " + reason + ")").orElse(""));
      case LOST_VOLUME, LOST_PUBLICATION, STRAY_USE, ORPHAN_SNAPSHOT ->
          new OrphanStatus(text(since), OrphanStatus.NEVER, orphan.sentence());
    };
  }

  private static OrphanStatus saying(OrphanStatus status, String removal, String reason) {
    return new OrphanStatus(status.since(), removal, status.message() + "; " + reason);
  }

  private static String text(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
