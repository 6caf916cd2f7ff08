package io.mooring.agent;

import static java.util.Objects.requireNonNull;

import io.grpc.stub.StreamObserver;
import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.agent.pool.BlockMap;
import io.mooring.agent.v1.CreateSnapshotRequest;
import io.mooring.agent.v1.CreateSnapshotResponse;
import io.mooring.agent.v1.DeleteSnapshotRequest;
import io.mooring.agent.v1.DeleteSnapshotResponse;
import io.mooring.agent.v1.GetBlocksRequest;
import io.mooring.agent.v1.GetBlocksResponse;
import io.mooring.agent.v1.GetSnapshotRequest;
import io.mooring.agent.v1.GetSnapshotResponse;
import io.mooring.agent.v1.ListSnapshotsRequest;
import io.mooring.agent.v1.ListSnapshotsResponse;
import io.mooring.agent.v1.SnapshotsGrpc;
import io.mooring.agent.volume.ChangedBlocks;
import io.mooring.agent.volume.Snapshots;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.operation.Operations;
import io.mooring.runtime.rpc.CallDeadline;
import io.mooring.runtime.rpc.Streamed;
import io.mooring.runtime.rpc.Unary;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The part of {@code mooring.agent.v1} that is about snapshots. */
final class SnapshotService extends SnapshotsGrpc.SnapshotsImplBase {
  /** For callers that set no deadline; a stream goes as fast as it is taken. */
  private static final Duration STREAM = Duration.ofMinutes(15);

  private static final Duration RESERVE = Duration.ofMillis(200);

  /** So long a caller may take nothing: others wait for the pool's metadata. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Snapshots snapshots;
  private final ChangedBlocks blocks;
  private final Changes changes;

  SnapshotService(Snapshots snapshots, ChangedBlocks blocks, Operations operations) {
    this.snapshots = requireNonNull(snapshots, "snapshots is null");
    this.blocks = requireNonNull(blocks, "blocks is null");
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

  @Override
  public void getBlocks(GetBlocksRequest request, StreamObserver<GetBlocksResponse> observer) {
    Streamed.answer(
        observer,
        PATIENCE,
        outlet -> {
          BlockMap.Query query =
              blocks.find(
                  new ChangedBlocks.Order(
                      Checks.cluster(request.getCluster()),
                      Checks.snapshotSerial(request.getSerial()),
                      Optional.of(request.getBaseSerial())
                          .filter(serial -> !serial.isEmpty())
                          .map(Checks::snapshotSerial),
                      request.getStartingOffset()));
          BlockStream stream =
              new BlockStream(outlet, query.snapshot().sizeBytes(), request.getMaxExtents());
          blocks.read(query, stream, CallDeadline.current(STREAM, RESERVE));
          stream.finish();
        });
  }
}
