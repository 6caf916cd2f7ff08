package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.Agent;
import io.mooring.controller.target.Answer;
import io.mooring.controller.target.Fleet;
import io.mooring.controller.target.SnapshotPage;
import io.mooring.controller.target.StorageTarget;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Reads snapshots, in pages as {@link Listing} does. */
public final class SnapshotListing {
  // Keeps an agent's answer far below gRPC's limit for one message.
  private static final int AGENT_PAGE = 500;

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
    int enough = Page.enough(maxEntries);
    Optional<SnapshotId> after = token(startingToken);
    List<SnapshotInfo> found =
        filter.snapshotId().isEmpty()
            ? all(filter, after, enough, deadline)
            : one(filter, deadline).stream().toList();
    return Page.of(found, maxEntries, snapshot -> snapshot.id().toString());
  }

  private static Optional<SnapshotId> token(String startingToken) {
    if (startingToken.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        SnapshotId.parse(startingToken)
            .orElseThrow(() ->
                Failure.aborted(
                    "starting_token \"%s\" is none of ours; start again without it"
                        .formatted(startingToken))));
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

  private List<SnapshotInfo> all(
      Filter filter, Optional<SnapshotId> after, int enough, Deadline deadline) {
    Optional<VolumeId> volume = VolumeId.parse(filter.volumeId());
    if (!filter.volumeId().isEmpty() && volume.isEmpty()) {
      return List.of(); // no volume can have that id, so none has a snapshot
    }
    Collection<StorageTarget> targets =
        targetsFrom(after).stream()
            .filter(target -> volume.filter(id -> !id.target().equals(target.name())).isEmpty())
            .toList();
    String serial = volume.map(VolumeId::serial).orElse("");
    return Answer.allOf(
            fleet.ask(targets, target -> snapshotsOf(target, serial, after, enough, deadline)))
        .stream()
        .flatMap(List::stream)
        .toList();
  }

  private Collection<StorageTarget> targetsFrom(Optional<SnapshotId> after) {
    return after
        .map(id -> fleet.targets().tailMap(id.target()).values())
        .orElseGet(() -> fleet.targets().values());
  }

  private List<SnapshotInfo> snapshotsOf(
      StorageTarget target,
      String volumeSerial,
      Optional<SnapshotId> after,
      int enough,
      Deadline deadline) {
    Agent agent = fleet.agent(target);
    List<SnapshotInfo> snapshots = new ArrayList<>();
    String last =
        after.filter(id -> id.target().equals(target.name())).map(SnapshotId::serial).orElse("");
    boolean more = true;
    while (more && snapshots.size() < enough) {
      SnapshotPage page =
          agent.listSnapshots(
              volumeSerial, Math.min(AGENT_PAGE, enough - snapshots.size()), last, deadline);
      page.snapshots().forEach(found -> snapshots.add(SnapshotInfo.of(target, found)));
      more = page.more() && !page.snapshots().isEmpty();
      last = more ? page.snapshots().getLast().serial() : last;
    }
    return snapshots;
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
