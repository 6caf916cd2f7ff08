package io.mooring.agent;

import static java.util.Objects.requireNonNull;

import io.grpc.stub.StreamObserver;
import io.mooring.agent.identity.GroupRecord;
import io.mooring.agent.identity.Serial;
import io.mooring.agent.v1.CreateGroupSnapshotRequest;
import io.mooring.agent.v1.CreateGroupSnapshotResponse;
import io.mooring.agent.v1.DeleteGroupSnapshotRequest;
import io.mooring.agent.v1.DeleteGroupSnapshotResponse;
import io.mooring.agent.v1.GetGroupSnapshotRequest;
import io.mooring.agent.v1.GetGroupSnapshotResponse;
import io.mooring.agent.v1.GroupSnapshotsGrpc;
import io.mooring.agent.volume.GroupSnapshots;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.operation.Operations;
import io.mooring.runtime.rpc.Unary;
import java.util.Set;
import java.util.stream.Collectors;

/** The part of {@code mooring.agent.v1} that is about group snapshots. */
final class GroupSnapshotService extends GroupSnapshotsGrpc.GroupSnapshotsImplBase {
  private final GroupSnapshots groups;
  private final Changes changes;

  GroupSnapshotService(GroupSnapshots groups, Operations operations) {
    this.groups = requireNonNull(groups, "groups is null");
    this.changes = new Changes(operations);
  }

  @Override
  public void createGroupSnapshot(
      CreateGroupSnapshotRequest request, StreamObserver<CreateGroupSnapshotResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          GroupSnapshots.Order order =
              new GroupSnapshots.Order(
                  Checks.cluster(request.getCluster()),
                  Checks.volumeName(request.getName()),
                  Checks.volumeSerials(request.getVolumeSerialsList()));
          GroupRecord group =
              changes.make(
                  "group snapshot " + order.cluster() + "/" + order.name(),
                  "CreateGroupSnapshot",
                  order,
                  deadline -> groups.create(order, deadline));
          return CreateGroupSnapshotResponse.newBuilder().setGroup(Messages.group(group)).build();
        });
  }

  @Override
  public void deleteGroupSnapshot(
      DeleteGroupSnapshotRequest request, StreamObserver<DeleteGroupSnapshotResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          String cluster = Checks.cluster(request.getCluster());
          Checks.possibleSerial(request.getSerial())
              .ifPresent(serial -> delete(cluster, serial, request));
          return DeleteGroupSnapshotResponse.getDefaultInstance();
        });
  }

  private void delete(String cluster, Serial serial, DeleteGroupSnapshotRequest request) {
    Set<Serial> members =
        request.getSnapshotSerialsList().stream().map(Serial::new).collect(Collectors.toSet());
    changes.run(
        "group snapshot " + serial,
        "DeleteGroupSnapshot",
        request,
        deadline -> groups.delete(cluster, serial, members, deadline));
  }

  @Override
  public void getGroupSnapshot(
      GetGroupSnapshotRequest request, StreamObserver<GetGroupSnapshotResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          String cluster = Checks.cluster(request.getCluster());
          GroupRecord group =
              switch (request.getByCase()) {
                case SERIAL -> groups.get(cluster, Checks.groupSerial(request.getSerial()));
                case NAME -> groups.get(cluster, Checks.volumeName(request.getName()));
                case BY_NOT_SET ->
                    throw Failure.invalidArgument("neither serial nor name is given; give one");
              };
          return GetGroupSnapshotResponse.newBuilder().setGroup(Messages.group(group)).build();
        });
  }
}
