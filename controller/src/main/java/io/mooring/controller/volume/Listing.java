package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.Agent;
import io.mooring.controller.target.Answer;
import io.mooring.controller.target.Fleet;
import io.mooring.controller.target.StorageTarget;
import io.mooring.controller.target.VolumePage;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads volumes. The order of lists is that of the ids, and a page's token is the last id on it: it
 * stays good whatever is made or deleted meanwhile, and every replica understands it.
 */
public final class Listing {
  // Keeps an agent's answer far below gRPC's limit for one message.
  private static final int AGENT_PAGE = 500;

  private final Fleet fleet;

  public Listing(Fleet fleet) {
    this.fleet = requireNonNull(fleet, "fleet is null");
  }

  /**
   * The volumes of all targets.
   *
   * @param maxEntries 0 for no limit
   * @param startingToken empty for the first page
   * @throws Failure ABORTED for a token that is none of ours; UNAVAILABLE when a target does not
   *     answer: a list that is silently short would tell the caller that volumes are gone
   */
  public Page<VolumeInfo> page(int maxEntries, String startingToken, Deadline deadline) {
    int enough = Page.enough(maxEntries);
    Optional<VolumeId> after = token(startingToken);
    List<VolumeInfo> volumes =
        Answer.allOf(
                fleet.ask(targetsFrom(after), target -> volumesOf(target, after, enough, deadline)))
            .stream()
            .flatMap(List::stream)
            .toList();
    return Page.of(volumes, maxEntries, volume -> volume.id().toString());
  }

  private static Optional<VolumeId> token(String startingToken) {
    if (startingToken.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        VolumeId.parse(startingToken)
            .orElseThrow(() ->
                Failure.aborted(
                    "starting_token \"%s\" is none of ours; start again without it"
                        .formatted(startingToken))));
  }

  private Collection<StorageTarget> targetsFrom(Optional<VolumeId> after) {
    return after
        .map(id -> fleet.targets().tailMap(id.target()).values())
        .orElseGet(() -> fleet.targets().values());
  }

  private List<VolumeInfo> volumesOf(
      StorageTarget target, Optional<VolumeId> after, int enough, Deadline deadline) {
    Agent agent = fleet.agent(target);
    List<VolumeInfo> volumes = new ArrayList<>();
    String last =
        after.filter(id -> id.target().equals(target.name())).map(VolumeId::serial).orElse("");
    boolean more = true;
    while (more && volumes.size() < enough) {
      VolumePage page = agent.list(Math.min(AGENT_PAGE, enough - volumes.size()), last, deadline);
      page.volumes().forEach(volume -> volumes.add(VolumeInfo.of(target, volume)));
      more = page.more() && !page.volumes().isEmpty();
      last = more ? page.volumes().getLast().serial() : last;
    }
    return volumes;
  }

  /**
   * One volume.
   *
   * @throws Failure NOT_FOUND where there is none
   */
  public VolumeInfo get(String volumeId, Deadline deadline) {
    VolumeId id = Volumes.parse(volumeId);
    return VolumeInfo.of(Volumes.target(fleet, id), Volumes.get(fleet, id, deadline));
  }

  /**
   * Why the volume cannot be used so, in one sentence; empty where it can.
   *
   * @param context what the caller believes of the volume; may be empty
   * @throws Failure NOT_FOUND without such a volume
   */
  public Optional<String> objection(
      String volumeId,
      Map<String, String> context,
      List<Capability> capabilities,
      Parameters parameters,
      Deadline deadline) {
    VolumeInfo volume = get(volumeId, deadline);
    for (Map.Entry<String, String> own : volume.context().entrySet()) {
      // The caller may have added keys of its own, as Kubernetes' provisioner does.
      if (!context.getOrDefault(own.getKey(), own.getValue()).equals(own.getValue())) {
        return Optional.of(
            "volume %s has %s \"%s\", which the volume context contradicts"
                .formatted(volume.id(), own.getKey(), own.getValue()));
      }
    }
    if (!parameters.allow(volume.id().target(), volume.context().getOrDefault("pool", ""))) {
      return Optional.of(
          "volume %s is in pool %s, which the parameters exclude"
              .formatted(volume.id(), volume.context().get("pool")));
    }
    return capabilities.stream()
        .flatMap(capability -> capability.objection(volume.sizeBytes()).stream())
        .findFirst();
  }
}
