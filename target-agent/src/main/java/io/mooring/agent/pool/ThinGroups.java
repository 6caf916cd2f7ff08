package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Snapshots of several thin LVs at one moment.
 *
 * <p>LVM makes one after the other, and cannot make one of a volume that stands still, see {@link
 * DeviceMapper#requireRunning}. So LVM makes them first, whenever that is: LVs with their tags and
 * their numbers in the pool. Then all volumes stand still, and the kernel makes the devices of
 * those numbers anew. Of that LVM need not know: what it has written down is still true.
 */
final class ThinGroups {
  /**
   * Less than the 10 s for which a node plugin waits for what it reads, and far less than the 30 s
   * after which an initiator takes a command for lost. A commit of the pool's metadata for each
   * volume is all that is waited for.
   */
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private static final Duration LOOK = Duration.ofSeconds(10);

  /** LVM takes up to half a second for each; calls have a minute or two. */
  private static final int MOST = 32;

  private final String group;
  private final String thinPool;
  private final Lvm lvm;
  private final ThinSpace space;
  private final DeviceMapper mapper;

  ThinGroups(String group, String thinPool, Lvm lvm, ThinSpace space, DeviceMapper mapper) {
    this.group = requireNonNull(group, "group is null");
    this.thinPool = requireNonNull(thinPool, "thinPool is null");
    this.lvm = requireNonNull(lvm, "lvm is null");
    this.space = requireNonNull(space, "space is null");
    this.mapper = requireNonNull(mapper, "mapper is null");
  }

  /** One snapshot, as the kernel knows it and its volume. */
  private record Cut(ThinDevice snapshot, ThinDevice volume) {}

  void makeTogether(List<SnapshotRecord> members, Deadline deadline) {
    if (members.size() > MOST) {
      throw Failure.failedPrecondition(
          "%d volumes are too many for one group snapshot; take at most %d"
              .formatted(members.size(), MOST));
    }
    for (SnapshotRecord member : members) {
      space.requireRoom(member.objectName(), member.sizeBytes(), deadline);
      space.promises().made(member.objectName(), member.sizeBytes());
    }
    lvm.exclusively(
        "make snapshots of %d volumes together".formatted(members.size()),
        deadline,
        () -> {
          members.forEach(member -> makeAlone(member, deadline));
          makeAnew(members, deadline);
        });
  }

  private void makeAlone(SnapshotRecord member, Deadline deadline) {
    mapper.requireRunning(DeviceMapper.name(group, member.volume()));
    lvm.copyThin(
        group, member.volume().objectName(), member.objectName(), false, Tags.of(member), deadline);
    FailPoints.pass("agent.group.after-lvcreate");
  }

  private void makeAnew(List<SnapshotRecord> members, Deadline deadline) {
    List<Cut> cuts = cuts(members, deadline);
    List<String> volumes =
        members.stream().map(member -> DeviceMapper.name(group, member.volume())).toList();
    for (Cut cut : cuts) {
      mapper.delete(cut.snapshot(), deadline.atMost(LOOK));
      FailPoints.pass("agent.group.after-delete");
    }
    try (Standstill standstill = Standstill.of(mapper, volumes, LIMIT)) {
      FailPoints.pass("agent.group.after-suspend");
      for (Cut cut : cuts) {
        mapper.createSnapshot(cut.snapshot(), cut.volume(), Deadline.after(LIMIT));
        FailPoints.pass("agent.group.after-cut");
      }
      standstill.require(volumes);
    }
    FailPoints.pass("agent.group.after-resume");
  }

  /** A number of another LV here would be that LV's end. So LVM and the kernel must agree. */
  private List<Cut> cuts(List<SnapshotRecord> members, Deadline deadline) {
    Map<String, Long> ids = lvm.thinIds(group, thinPool, deadline);
    if (new HashSet<>(ids.values()).size() != ids.size()) {
      throw Failure.failedPrecondition(
          "two logical volumes of thin pool %s/%s have one number (lvs -o +thin_id); nothing can be done with such a pool before that is repaired"
              .formatted(group, thinPool));
    }
    List<Cut> cuts = new ArrayList<>();
    for (SnapshotRecord member : members) {
      String name = DeviceMapper.name(group, member.volume());
      ThinDevice volume = mapper.thinDevice(name, deadline.atMost(LOOK));
      Long volumeId = ids.get(member.volume().objectName());
      Long snapshotId = ids.get(member.objectName());
      if (snapshotId == null || volumeId == null || volumeId != volume.id()) {
        throw Failure.failedPrecondition(
            "LVM has volume %s as number %s of its pool and the kernel has %d; look at lvs -o +thin_id and dmsetup table %s"
                .formatted(member.volume(), volumeId, volume.id(), name));
      }
      cuts.add(new Cut(new ThinDevice(volume.pool(), snapshotId), volume));
    }
    return cuts;
  }

  void finish(List<SnapshotRecord> members, Deadline deadline) {
    List<String> names = members.stream().map(SnapshotRecord::objectName).toList();
    lvm.changeTags(group, names, List.of(Tags.UNFINISHED), List.of(), deadline);
    FailPoints.pass("agent.group.after-finish");
  }

  /** LVM does not mind one whose device is missing because its making was broken off. */
  void removeTogether(List<SnapshotRecord> members, Deadline deadline) {
    List<String> names = present(members, deadline);
    if (!names.isEmpty()) {
      lvm.changeTags(group, names, List.of(), List.of(Tags.UNFINISHED), deadline);
      FailPoints.pass("agent.group.after-unfinished");
      lvm.remove(group, names, deadline);
      FailPoints.pass("agent.group.after-lvremove");
      List<String> left = present(members, deadline);
      if (!left.isEmpty()) {
        throw Failure.internal(
            "the logical volumes %s of volume group %s are still there after lvremove; try again"
                .formatted(String.join(", ", left), group));
      }
    }
    members.forEach(member -> space.promises().removed(member.objectName()));
  }

  private List<String> present(List<SnapshotRecord> members, Deadline deadline) {
    Set<String> names =
        members.stream().map(SnapshotRecord::objectName).collect(Collectors.toSet());
    return lvm.volumes(group, deadline).stream()
        .map(LogicalVolume::name)
        .filter(names::contains)
        .toList();
  }
}
