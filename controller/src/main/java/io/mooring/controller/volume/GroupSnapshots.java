package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.Fleet;
import io.mooring.controller.target.StorageTarget;
import io.mooring.controller.target.StoredGroup;
import io.mooring.controller.target.StoredSnapshot;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.operation.Operations;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Snapshots of several volumes at one moment, all on one storage target: made, read, deleted. */
public final class GroupSnapshots {
  private static final Duration LIMIT = Duration.ofSeconds(100);

  private final Fleet fleet;
  private final Operations operations;
  private final NameElsewhere names;

  public GroupSnapshots(Fleet fleet, Operations operations) {
    this.fleet = requireNonNull(fleet, "fleet is null");
    this.operations = requireNonNull(operations, "operations is null");
    names = new NameElsewhere(fleet);
  }

  /**
   * Makes the group snapshot, or returns the one of that name. All of it can be used at once.
   *
   * @throws Failure INVALID_ARGUMENT when a volume is named twice; NOT_FOUND without such a volume;
   *     ALREADY_EXISTS when the one of that name is of other volumes, as far as {@link
   *     NameElsewhere} can tell; FAILED_PRECONDITION when the volumes are not together on one
   *     storage target and in one pool that can do it; RESOURCE_EXHAUSTED without room
   */
  public GroupInfo create(String name, List<String> volumeIds, Deadline caller) {
    SortedSet<VolumeId> volumes = volumes(volumeIds);
    requireOneTarget(volumes);
    return operations.run(
        "group snapshot \"" + name + "\"",
        "CreateVolumeGroupSnapshot",
        volumes,
        LIMIT,
        caller,
        deadline -> create(name, volumes, deadline));
  }

  private static SortedSet<VolumeId> volumes(List<String> volumeIds) {
    SortedSet<VolumeId> volumes = new TreeSet<>();
    for (String volumeId : volumeIds) {
      if (!volumes.add(Volumes.parse(volumeId))) {
        throw Failure.invalidArgument(
            "source_volume_ids names volume %s twice; name it once".formatted(volumeId));
      }
    }
    if (volumes.isEmpty()) {
      throw Failure.invalidArgument("source_volume_ids is missing; name at least one volume");
    }
    return volumes;
  }

  private static void requireOneTarget(SortedSet<VolumeId> volumes) {
    VolumeId first = volumes.first();
    VolumeId last = volumes.last();
    if (!first.target().equals(last.target())) {
      throw Failure.failedPrecondition(
          "volumes %s and %s are on two storage targets, and only volumes of one can be snapshotted together; make such volumes with a StorageClass that names one target"
              .formatted(first, last));
    }
  }

  private GroupInfo create(String name, SortedSet<VolumeId> volumes, Deadline deadline) {
    StorageTarget target = Volumes.target(fleet, volumes.first());
    Set<String> serials = serials(volumes);
    names.requireFree(
        target,
        "group snapshot \"" + name + "\"",
        (agent, quick) -> agent.groupWithName(name, quick),
        deadline);
    StoredGroup group = fleet.agent(target).createGroup(name, serials, deadline);
    FailPoints.pass("controller.group.after-agent");
    Set<String> made =
        group.snapshots().stream()
            .map(StoredSnapshot::volumeSerial)
            .collect(Collectors.toCollection(TreeSet::new));
    if (!group.name().equals(name) || !made.equals(serials)) {
      throw Failure.internal(
          "storage target %s was asked for group snapshot \"%s\" of %s and answered with \"%s\" of %s; look at its agent's log"
              .formatted(target.name(), name, serials, group.name(), made));
    }
    return GroupInfo.of(target, group);
  }

  private static Set<String> serials(Collection<? extends ObjectId> ids) {
    return ids.stream().map(ObjectId::serial).collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Deletes the group snapshot with all its snapshots; nothing happens for an id that no group can
   * have or has. What was made from them stays.
   *
   * @param snapshotIds what the caller takes for its snapshots; empty when it does not say
   * @throws Failure INVALID_ARGUMENT when they are others; FAILED_PRECONDITION when its storage
   *     target is not configured
   */
  public void delete(String groupId, List<String> snapshotIds, Deadline caller) {
    GroupId.parse(groupId)
        .ifPresent(id -> {
          Set<String> serials = serials(membersOf(id, snapshotIds));
          operations.run(
              "group snapshot " + id,
              "DeleteVolumeGroupSnapshot",
              serials,
              LIMIT,
              caller,
              deadline -> {
                Volumes.agentOrRefuse(fleet, id.target(), "group snapshot " + id)
                    .deleteGroup(id.serial(), serials, deadline);
                return id;
              });
        });
  }

  private static List<SnapshotId> membersOf(GroupId group, List<String> snapshotIds) {
    return snapshotIds.stream()
        .map(text ->
            SnapshotId.parse(text)
                .filter(id -> id.target().equals(group.target()))
                .orElseThrow(() ->
                    Failure.invalidArgument(
                        "snapshot_ids: %s cannot belong to group snapshot %s; give its own"
                            .formatted(text, group))))
        .toList();
  }

  /**
   * One group snapshot.
   *
   * @param snapshotIds what the caller takes for its snapshots; empty when it does not say
   * @throws Failure NOT_FOUND where there is none; INVALID_ARGUMENT when its snapshots are others
   */
  public GroupInfo get(String groupId, List<String> snapshotIds, Deadline deadline) {
    GroupId id =
        GroupId.parse(groupId)
            .orElseThrow(() -> Failure.notFound(groupId + " is the id of no group snapshot"));
    GroupInfo group =
        fleet
            .target(id.target())
            .flatMap(target ->
                fleet
                    .agent(target)
                    .group(id.serial(), deadline)
                    .map(found -> GroupInfo.of(target, found)))
            .orElseThrow(() -> Failure.notFound("group snapshot %s does not exist".formatted(id)));
    Set<String> own = serials(group.snapshots().stream().map(SnapshotInfo::id).toList());
    if (!snapshotIds.isEmpty() && !serials(membersOf(id, snapshotIds)).equals(own)) {
      throw Failure.invalidArgument(
          "snapshot_ids: group snapshot %s has the snapshots %s, and others are given; give its own"
              .formatted(id, group.snapshots().stream().map(SnapshotInfo::id).toList()));
    }
    return group;
  }
}
