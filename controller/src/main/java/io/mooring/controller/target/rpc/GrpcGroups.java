package io.mooring.controller.target.rpc;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.v1.CreateGroupSnapshotRequest;
import io.mooring.agent.v1.DeleteGroupSnapshotRequest;
import io.mooring.agent.v1.GetGroupSnapshotRequest;
import io.mooring.agent.v1.GroupSnapshotsGrpc;
import io.mooring.agent.v1.GroupSnapshotsGrpc.GroupSnapshotsBlockingStub;
import io.mooring.controller.target.StoredGroup;
import io.mooring.runtime.time.Deadline;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Function;

/** An agent's group snapshots, a service that agents of older versions do not have. */
final class GrpcGroups {
  private final AgentConnection connection;

  GrpcGroups(AgentConnection connection) {
    this.connection = requireNonNull(connection, "connection is null");
  }

  StoredGroup create(
      String cluster, String name, Collection<String> volumeSerials, Deadline deadline) {
    CreateGroupSnapshotRequest request =
        CreateGroupSnapshotRequest.newBuilder()
            .setCluster(cluster)
            .setName(name)
            .addAllVolumeSerials(volumeSerials)
            .build();
    return call(
        deadline, stub -> AgentMessages.group(stub.createGroupSnapshot(request).getGroup()));
  }

  void delete(
      String cluster, String serial, Collection<String> snapshotSerials, Deadline deadline) {
    DeleteGroupSnapshotRequest request =
        DeleteGroupSnapshotRequest.newBuilder()
            .setCluster(cluster)
            .setSerial(serial)
            .addAllSnapshotSerials(snapshotSerials)
            .build();
    var _ = call(deadline, stub -> stub.deleteGroupSnapshot(request));
  }

  Optional<StoredGroup> withSerial(String cluster, String serial, Deadline deadline) {
    return get(
        GetGroupSnapshotRequest.newBuilder().setCluster(cluster).setSerial(serial).build(),
        deadline);
  }

  Optional<StoredGroup> withName(String cluster, String name, Deadline deadline) {
    return get(
        GetGroupSnapshotRequest.newBuilder().setCluster(cluster).setName(name).build(), deadline);
  }

  private Optional<StoredGroup> get(GetGroupSnapshotRequest request, Deadline deadline) {
    return Absence.unlessMissing(() ->
        call(deadline, stub -> AgentMessages.group(stub.getGroupSnapshot(request).getGroup())));
  }

  private <T> T call(Deadline deadline, Function<GroupSnapshotsBlockingStub, T> call) {
    return OldAgent.orUpdate(
        connection.target(),
        "group snapshots",
        () -> connection.call(deadline, GroupSnapshotsGrpc::newBlockingStub, call));
  }
}
