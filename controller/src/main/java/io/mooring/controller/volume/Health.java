package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.AgentPage;
import io.mooring.controller.target.Finding;
import io.mooring.controller.target.Fleet;
import io.mooring.controller.target.StorageTarget;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How volumes are, as their storage hosts see it. */
public final class Health {
  private final Fleet fleet;

  public Health(Fleet fleet) {
    this.fleet = requireNonNull(fleet, "fleet is null");
  }

  /**
   * How one volume is.
   *
   * @throws Failure NOT_FOUND where there is none; UNAVAILABLE when its host does not answer
   */
  public VolumeHealth of(String volumeId, Deadline deadline) {
    VolumeId id = Volumes.parse(volumeId);
    return new VolumeHealth(
        id, fleet.agent(Volumes.target(fleet, id)).findings(id.serial(), deadline));
  }

  /**
   * The volumes of all targets with which something is wrong.
   *
   * @param maxEntries 0 for no limit
   * @param startingToken empty for the first page
   * @throws Failure ABORTED for a token that is none of ours; UNAVAILABLE when a target does not
   *     answer
   */
  public Page<VolumeHealth> page(int maxEntries, String startingToken, Deadline deadline) {
    return PageRequest.of(maxEntries, startingToken, VolumeId::parse)
        .read(
            fleet,
            _ -> true,
            VolumeHealth::id,
            (target, most, after) -> unwell(target, most, after, deadline));
  }

  /** An agent tells all at once: there are few, or one thing is wrong with all of them. */
  private AgentPage<VolumeHealth> unwell(
      StorageTarget target, int most, String afterSerial, Deadline deadline) {
    TreeMap<String, List<Finding>> bySerial =
        fleet.agent(target).findings("", deadline).stream()
            .collect(Collectors.groupingBy(Finding::serial, TreeMap::new, Collectors.toList()));
    List<VolumeHealth> rest =
        bySerial.tailMap(afterSerial, false).entrySet().stream()
            .map(entry ->
                new VolumeHealth(new VolumeId(target.name(), entry.getKey()), entry.getValue()))
            .toList();
    return new AgentPage<>(rest.stream().limit(most).toList(), rest.size() > most);
  }
}
