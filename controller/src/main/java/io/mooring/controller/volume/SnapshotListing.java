package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.Fleet;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.List;
import java.util.Optional;

/** Reads snapshots. */
public final class SnapshotListing {
  private final Fleet fleet;

  public SnapshotListing(Fleet fleet) {
    this.fleet = requireNonNull(fleet, "fleet is null");
  }

  /**
   * Which snapshots are looked for.
   *
   * @param snapshotId the only one; empty for any
   * @param volumeId only those of this volume; empty for any
   */
  public record Filter(String snapshotId, String volumeId) {}

  /**
   * The snapshots of all targets that the filter lets through.
   *
   * @param maxEntries 0 for no limit
   * @param startingToken empty for the first page
   * @throws Failure ABORTED for a token that is none of ours; UNAVAILABLE when a target does not
   *     answer: a list that is silently short would tell the caller that snapshots are gone
   */
  public Page<SnapshotInfo> page(
      Filter filter, int maxEntries, String startingToken, Deadline deadline) {
    PageRequest request = PageRequest.of(maxEntries, startingToken, SnapshotId::parse);
    return filter.snapshotId().isEmpty()
        ? all(filter, request, deadline)
        : new Page<>(one(filter, deadline).stream().toList(), "");
  }

  private Optional<SnapshotInfo> one(Filter filter, Deadline deadline) {
    return SnapshotId.parse(filter.snapshotId())
        .flatMap(id -> find(id, deadline))
        .filter(snapshot ->
            filter.volumeId().isEmpty() || snapshot.volume().toString().equals(filter.volumeId()));
  }

  private Optional<SnapshotInfo> find(SnapshotId id, Deadline deadline) {
    return fleet
        .target(id.target())
        .flatMap(target ->
            fleet
                .agent(target)
                .snapshot(id.serial(), deadline)
                .map(snapshot -> SnapshotInfo.of(target, snapshot)));
  }

  private Page<SnapshotInfo> all(Filter filter, PageRequest request, Deadline deadline) {
    Optional<VolumeId> volume = VolumeId.parse(filter.volumeId());
    if (!filter.volumeId().isEmpty() && volume.isEmpty()) {
      return new Page<>(List.of(), ""); // no volume can have that id, so none has a snapshot
    }
    String serial = volume.map(VolumeId::serial).orElse("");
    return request.read(
        fleet,
        target -> volume.filter(id -> !id.target().equals(target.name())).isEmpty(),
        SnapshotInfo::id,
        (target, most, after) ->
            fleet
                .agent(target)
                .listSnapshots(serial, most, after, deadline)
                .map(snapshot -> SnapshotInfo.of(target, snapshot)));
  }

  /**
   * One snapshot.
   *
   * @throws Failure NOT_FOUND where there is none
   */
  public SnapshotInfo get(String snapshotId, Deadline deadline) {
    return SnapshotId.parse(snapshotId)
        .flatMap(id -> find(id, deadline))
        .orElseThrow(() -> Failure.notFound("snapshot %s does not exist".formatted(snapshotId)));
  }
}
