package io.mooring.controller.target;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Over which of its portals a storage host is to be reached now.
 *
 * @param target name of the StorageTarget
 * @param revision of its spec
 * @param wanted one path over each; empty only where the restriction leaves none
 * @param maintenance nobody is to be there
 * @param refusal why the maintenance that was asked for is not done, one sentence
 */
public record PortalPlan(
    String target,
    long revision,
    List<Portal> wanted,
    List<Portal> maintenance,
    Optional<String> refusal) {
  public PortalPlan {
    requireNonNull(target, "target is null");
    wanted = List.copyOf(wanted);
    maintenance = List.copyOf(maintenance);
    requireNonNull(refusal, "refusal is null");
  }

  /**
   * What follows from what is said of a host.
   *
   * @param portals all of the host's
   */
  public static PortalPlan of(StorageTarget target, List<Portal> portals) {
    Share share = target.share();
    List<Portal> used = portals.stream().filter(share::usesPortal).toList();
    List<Portal> under = used.stream().filter(share.maintenance()::covers).toList();
    List<Portal> rest = used.stream().filter(portal -> !under.contains(portal)).toList();
    Optional<String> refusal = refusal(share.maintenance(), used, rest);
    return refusal.isEmpty()
        ? new PortalPlan(target.name(), share.revision(), rest, under, refusal)
        : new PortalPlan(target.name(), share.revision(), used, List.of(), refusal);
  }

  private static Optional<String> refusal(
      Maintenance maintenance, List<Portal> used, List<Portal> rest) {
    List<String> strangers =
        Stream.concat(
                maintenance.portals().stream()
                    .filter(portal -> used.stream().noneMatch(portal::sameAs))
                    .map(Portal::hostPort),
                maintenance.networks().stream()
                    .filter(network -> used.stream().noneMatch(network::contains))
                    .map(PathNetwork::text))
            .toList();
    if (!strangers.isEmpty()) {
      return Optional.of(
          "spec.maintenance names %s, where the host has none of the portals %s that are in use; correct it"
              .formatted(strangers, hostPorts(used)));
    }
    if (rest.isEmpty() && !used.isEmpty()) {
      return Optional.of(
          "spec.maintenance covers all portals %s: no volume would have a path; leave one out"
              .formatted(hostPorts(used)));
    }
    return Optional.empty();
  }

  private static List<String> hostPorts(List<Portal> portals) {
    return portals.stream().map(Portal::hostPort).toList();
  }
}
