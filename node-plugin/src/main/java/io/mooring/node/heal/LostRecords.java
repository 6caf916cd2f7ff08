package io.mooring.node.heal;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Initiator;
import io.mooring.node.iscsi.TargetPortal;
import io.mooring.node.volume.Repairs;
import io.mooring.node.volume.Route;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * A live session without its node record: an iscsid that is restarted would take it up with its own
 * defaults, which scan for every LUN and hold commands for two minutes.
 */
final class LostRecords implements Step {
  private static final Duration WRITING = Duration.ofSeconds(20);

  private final Initiator initiator;
  private final Repairs repairs;

  LostRecords(Initiator initiator, Repairs repairs) {
    this.initiator = requireNonNull(initiator, "initiator is null");
    this.repairs = requireNonNull(repairs, "repairs is null");
  }

  @Override
  public void run(Look look, HealLog log) {
    List<Route> needed =
        look.sessions().stream().flatMap(session -> look.route(session).stream()).toList();
    if (needed.isEmpty()) {
      return;
    }
    Set<TargetPortal> records = Set.copyOf(initiator.records());
    needed.stream()
        .filter(route -> !records.contains(route.target()))
        .forEach(route -> rewrite(route, log));
  }

  private void rewrite(Route route, HealLog log) {
    log.cure(
        Ailment.RECORD,
        route.target().toString(),
        "the node record of the live session with %s is gone".formatted(route.target()),
        "written again",
        () -> {
          repairs.rewriteRecord(route, Deadline.after(WRITING));
          if (!initiator.records().contains(route.target())) {
            throw Failure.unavailable("open-iscsi's database does not show it");
          }
          return true;
        });
  }
}
