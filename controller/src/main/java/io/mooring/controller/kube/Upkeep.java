package io.mooring.controller.kube;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.kube.TargetStatus.PortalStatus;
import io.mooring.controller.target.Portal;
import io.mooring.controller.target.PortalPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How far the maintenance of a storage host's portals is.
 *
 * @param portals those that leave, have left, or return
 * @param outcome what the condition says; empty where there is nothing to say
 */
record Upkeep(List<PortalStatus> portals, Optional<Outcome> outcome) {
  /** All portals are in use, and nobody asked for anything else. */
  static final Upkeep NONE = new Upkeep(List.of(), Optional.empty());

  static final String UNKNOWN = "Unknown";

  /**
   * As a condition.
   *
   * @param status {@code True} where everything that was asked for may be unplugged
   */
  record Outcome(String status, String reason, String message) {
    Outcome {
      requireNonNull(status, "status is null");
      requireNonNull(reason, "reason is null");
      requireNonNull(message, "message is null");
    }

    /** Whether it will change by itself. */
    boolean underWay() {
      return !status.equals("True");
    }
  }

  Upkeep {
    portals = List.copyOf(portals);
    requireNonNull(outcome, "outcome is null");
  }

  /** Whether there is nothing to find out. */
  static boolean isIdle(PortalPlan plan, TargetStatus before) {
    return plan.maintenance().isEmpty()
        && plan.refusal().isEmpty()
        && before.maintenance().isEmpty();
  }

  /** What is known from before and cannot be looked at now. */
  static Upkeep unknown(TargetStatus before, String why) {
    return before.condition(StatusDraft.MAINTENANCE).isEmpty()
        ? new Upkeep(before.maintenance(), Optional.empty())
        : new Upkeep(before.maintenance(), Optional.of(new Outcome(UNKNOWN, UNKNOWN, why)));
  }

  /** From what nodes said. */
  static Upkeep of(PortalPlan plan, PortalUse use, TargetStatus before) {
    List<PortalStatus> portals = new ArrayList<>();
    plan.maintenance().forEach(portal -> portals.add(use.leaving(portal.hostPort())));
    for (PortalStatus earlier : before.maintenance()) {
      if (plan.wanted().stream().map(Portal::hostPort).anyMatch(earlier.portal()::equals)) {
        use.returning(earlier.portal()).ifPresent(portals::add);
      }
    }
    return new Upkeep(portals, outcome(plan, portals));
  }

  private static Optional<Outcome> outcome(PortalPlan plan, List<PortalStatus> portals) {
    if (plan.refusal().isPresent()) {
      return Optional.of(new Outcome("False", PortalStatus.REFUSED, plan.refusal().get()));
    }
    for (String phase : List.of(PortalStatus.REFUSED, PortalStatus.DRAINING, PortalStatus.SAFE)) {
      List<PortalStatus> those = in(phase, portals);
      if (!those.isEmpty()) {
        return Optional.of(
            new Outcome(
                phase.equals(PortalStatus.SAFE) ? "True" : "False", phase, told(phase, those)));
      }
    }
    return in(PortalStatus.RETURNING, portals).stream()
        .findFirst()
        .map(first ->
            new Outcome("False", PortalStatus.RETURNING, first.portal() + ": " + first.message()));
  }

  private static List<PortalStatus> in(String phase, List<PortalStatus> portals) {
    return portals.stream().filter(portal -> portal.phase().equals(phase)).toList();
  }

  private static String told(String phase, List<PortalStatus> those) {
    return phase.equals(PortalStatus.SAFE)
        ? "no node uses %s: what leads there can be unplugged"
            .formatted(those.stream().map(PortalStatus::portal).collect(Collectors.joining(", ")))
        : those.stream()
            .map(portal -> portal.portal() + ": " + portal.message())
            .collect(Collectors.joining("; "));
  }
}
