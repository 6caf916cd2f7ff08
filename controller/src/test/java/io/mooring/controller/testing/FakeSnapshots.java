package io.mooring.controller.testing;

import com.google.protobuf.Timestamp;
import io.grpc.Status;
import io.mooring.agent.v1.CreateGroupSnapshotRequest;
import io.mooring.agent.v1.CreateSnapshotRequest;
import io.mooring.agent.v1.DeleteGroupSnapshotRequest;
import io.mooring.agent.v1.DeleteSnapshotRequest;
import io.mooring.agent.v1.GetGroupSnapshotRequest;
import io.mooring.agent.v1.GetSnapshotRequest;
import io.mooring.agent.v1.GroupSnapshot;
import io.mooring.agent.v1.ListSnapshotsRequest;
import io.mooring.agent.v1.ListSnapshotsResponse;
import io.mooring.agent.v1.Snapshot;
import io.mooring.agent.v1.Volume;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;

/** The snapshots and group snapshots of a fake storage host. */
final class FakeSnapshots {
  private final FakeStorage storage;
  private final ConcurrentSkipListMap<String, Snapshot> snapshots = new ConcurrentSkipListMap<>();
  private volatile boolean copying;

  FakeSnapshots(FakeStorage storage) {
    this.storage = storage;
  }

  /** From now on a snapshot is made by copying. */
  void copies() {
    copying = true;
  }

  /** What was being copied is whole. */
  synchronized void finishCopies() {
    copying = false;
    snapshots.replaceAll((_, snapshot) -> snapshot.toBuilder().setCopying(false).build());
  }

  List<Snapshot> all() {
    return List.copyOf(snapshots.values());
  }

  boolean has(String serial) {
    return snapshots.containsKey(serial);
  }

  synchronized Snapshot create(CreateSnapshotRequest request) {
    Optional<Snapshot> present = named(request.getName());
    if (present.isPresent()) {
      if (present.get().getVolumeSerial().equals(request.getVolumeSerial())) {
        return present.get();
      }
      throw FakeStorage.fail(Status.ALREADY_EXISTS, "the name is taken");
    }
    return snapshot(request.getName(), storage.volume(request.getVolumeSerial()), "");
  }

  private Optional<Snapshot> named(String name) {
    return snapshots.values().stream()
        .filter(s -> s.getGroupSerial().isEmpty() && s.getName().equals(name))
        .findFirst();
  }

  private Snapshot snapshot(String itsName, Volume volume, String groupSerial) {
    Snapshot snapshot =
        Snapshot.newBuilder()
            .setSerial(storage.serial())
            .setName(itsName)
            .setPool(volume.getPool())
            .setSizeBytes(volume.getSizeBytes())
            .setVolumeSerial(volume.getSerial())
            .setCreatedAt(Timestamp.newBuilder().setSeconds(1_790_000_000))
            .setGroupSerial(groupSerial)
            .setCopying(copying)
            .build();
    snapshots.put(snapshot.getSerial(), snapshot);
    return snapshot;
  }

  synchronized void delete(DeleteSnapshotRequest request) {
    Snapshot snapshot = snapshots.get(request.getSerial());
    if (snapshot != null && !snapshot.getGroupSerial().isEmpty()) {
      throw FakeStorage.fail(Status.INVALID_ARGUMENT, "it goes with its group");
    }
    snapshots.remove(request.getSerial());
  }

  synchronized GroupSnapshot create(CreateGroupSnapshotRequest request) {
    List<Volume> members = request.getVolumeSerialsList().stream().map(storage::volume).toList();
    Optional<String> present = groupNamed(request.getName());
    if (present.isPresent()) {
      GroupSnapshot group = group(present.get()).orElseThrow();
      if (Set.copyOf(group.getSnapshotsList().stream().map(Snapshot::getVolumeSerial).toList())
          .equals(Set.copyOf(request.getVolumeSerialsList()))) {
        return group;
      }
      throw FakeStorage.fail(Status.ALREADY_EXISTS, "the name is taken");
    }
    if (members.stream().map(Volume::getPool).distinct().count() > 1) {
      throw FakeStorage.fail(Status.FAILED_PRECONDITION, "they are not in one pool");
    }
    String serial = storage.serial();
    members.forEach(volume -> snapshot(request.getName(), volume, serial));
    return group(serial).orElseThrow();
  }

  private Optional<String> groupNamed(String name) {
    return snapshots.values().stream()
        .filter(s -> !s.getGroupSerial().isEmpty() && s.getName().equals(name))
        .map(Snapshot::getGroupSerial)
        .findFirst();
  }

  private Optional<GroupSnapshot> group(String serial) {
    List<Snapshot> members =
        snapshots.values().stream().filter(s -> s.getGroupSerial().equals(serial)).toList();
    return members.isEmpty()
        ? Optional.empty()
        : Optional.of(
            GroupSnapshot.newBuilder()
                .setSerial(serial)
                .setName(members.getFirst().getName())
                .addAllSnapshots(members)
                .setCreatedAt(members.getFirst().getCreatedAt())
                .build());
  }

  synchronized void delete(DeleteGroupSnapshotRequest request) {
    Optional<GroupSnapshot> group = group(request.getSerial());
    if (group.isEmpty()) {
      return;
    }
    List<String> members =
        group.get().getSnapshotsList().stream().map(Snapshot::getSerial).toList();
    if (request.getSnapshotSerialsCount() > 0
        && !Set.copyOf(members).equals(Set.copyOf(request.getSnapshotSerialsList()))) {
      throw FakeStorage.fail(Status.INVALID_ARGUMENT, "it has other snapshots");
    }
    members.forEach(snapshots::remove);
  }

  synchronized GroupSnapshot get(GetGroupSnapshotRequest request) {
    return (request.hasName() ? groupNamed(request.getName()) : Optional.of(request.getSerial()))
        .flatMap(this::group)
        .orElseThrow(() -> FakeStorage.fail(Status.NOT_FOUND, "there is no such group"));
  }

  synchronized Snapshot get(GetSnapshotRequest request) {
    return (request.hasName()
            ? named(request.getName())
            : Optional.ofNullable(snapshots.get(request.getSerial())))
        .orElseThrow(() -> FakeStorage.fail(Status.NOT_FOUND, "there is no such snapshot"));
  }

  synchronized ListSnapshotsResponse list(ListSnapshotsRequest request) {
    List<Snapshot> rest =
        snapshots.tailMap(request.getAfterSerial(), false).values().stream()
            .filter(s ->
                request.getVolumeSerial().isEmpty()
                    || s.getVolumeSerial().equals(request.getVolumeSerial()))
            .toList();
    int most = request.getMaxEntries() == 0 ? rest.size() : request.getMaxEntries();
    return ListSnapshotsResponse.newBuilder()
        .addAllSnapshots(rest.subList(0, Math.min(most, rest.size())))
        .setMore(rest.size() > most)
        .build();
  }
}
