package io.mooring.agent;

import static java.util.Objects.requireNonNull;

import io.grpc.stub.StreamObserver;
import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.agent.v1.CreateSnapshotRequest;
import io.mooring.agent.v1.CreateSnapshotResponse;
import io.mooring.agent.v1.DeleteSnapshotRequest;
import io.mooring.agent.v1.DeleteSnapshotResponse;
import io.mooring.agent.v1.GetSnapshotRequest;
import io.mooring.agent.v1.GetSnapshotResponse;
import io.mooring.agent.v1.ListSnapshotsRequest;
import io.mooring.agent.v1.ListSnapshotsResponse;
import io.mooring.agent.v1.SnapshotsGrpc;
import io.mooring.agent.volume.Snapshots;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.operation.Operations;
import io.mooring.runtime.rpc.Unary;
import java.util.List;

/** The part of {@code mooring.agent.v1} that is about snapshots. */
final class SnapshotService extends SnapshotsGrpc.SnapshotsImplBase {
  private final Snapshots snapshots;
  private final Changes changes;

  SnapshotService(Snapshots snapshots, Operations operations) {
    this.snapshots = requireNonNull(snapshots, "snapshots is null");
    this.changes = new Changes(operations);
  }

  @Override
  public void createSnapshot(
      CreateSnapshotRequest request, StreamObserver<CreateSnapshotResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          Snapshots.Order order =
              new Snapshots.Order(
                  Checks.cluster(request.getCluster()),
                  Checks.volumeName(request.getName()),
                  Checks.serial(request.getVolumeSerial()));
          SnapshotRecord snapshot =
              changes.make(
                  "snapshot " + order.cluster() + "/" + order.name(),
                  "CreateSnapshot",
                  order,
                  deadline -> snapshots.create(order, deadline));
          return CreateSnapshotResponse.newBuilder()
              .setSnapshot(Messages.snapshot(snapshot))
              .build();
        });
  }

  @Override
  public void deleteSnapshot(
      DeleteSnapshotRequest request, StreamObserver<DeleteSnapshotResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          String cluster = Checks.cluster(request.getCluster());
          Checks.possibleSerial(request.getSerial())
              .ifPresent(serial ->
                  changes.run(
                      "snapshot " + serial,
                      "DeleteSnapshot",
                      request,
                      deadline -> snapshots.delete(cluster, serial, deadline)));
          return DeleteSnapshotResponse.getDefaultInstance();
        });
  }

  @Override
  public void getSnapshot(
      GetSnapshotRequest request, StreamObserver<GetSnapshotResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          String cluster = Checks.cluster(request.getCluster());
          SnapshotRecord snapshot =
              switch (request.getByCase()) {
                case SERIAL -> snapshots.get(cluster, Checks.snapshotSerial(request.getSerial()));
                case NAME -> snapshots.get(cluster, Checks.volumeName(request.getName()));
                case BY_NOT_SET ->
                    throw Failure.invalidArgument("neither serial nor name is given; give one");
              };
          return GetSnapshotResponse.newBuilder().setSnapshot(Messages.snapshot(snapshot)).build();
        });
  }

  @Override
  public void listSnapshots(
      ListSnapshotsRequest request, StreamObserver<ListSnapshotsResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          String volume = request.getVolumeSerial();
          List<SnapshotRecord> all =
              snapshots.list(Checks.cluster(request.getCluster())).stream()
                  .filter(one -> volume.isEmpty() || one.volume().digits().equals(volume))
                  .toList();
          Page<SnapshotRecord> page =
              Page.of(
                  all, SnapshotRecord::serial, request.getAfterSerial(), request.getMaxEntries());
          return ListSnapshotsResponse.newBuilder()
              .addAllSnapshots(page.entries().stream().map(Messages::snapshot).toList())
              .setMore(page.more())
              .build();
        });
  }
}
