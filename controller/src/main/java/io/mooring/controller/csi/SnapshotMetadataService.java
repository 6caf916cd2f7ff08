package io.mooring.controller.csi;

import static java.util.Objects.requireNonNull;

import io.grpc.stub.StreamObserver;
import io.mooring.controller.target.BlockPage;
import io.mooring.controller.target.Extent;
import io.mooring.controller.volume.ChangedBlocks;
import io.mooring.csi.v1.BlockMetadata;
import io.mooring.csi.v1.BlockMetadataType;
import io.mooring.csi.v1.GetMetadataAllocatedRequest;
import io.mooring.csi.v1.GetMetadataAllocatedResponse;
import io.mooring.csi.v1.GetMetadataDeltaRequest;
import io.mooring.csi.v1.GetMetadataDeltaResponse;
import io.mooring.csi.v1.SnapshotMetadataGrpc;
import io.mooring.runtime.rpc.CallDeadline;
import io.mooring.runtime.rpc.Streamed;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.List;

/** CSI SnapshotMetadata. */
public final class SnapshotMetadataService extends SnapshotMetadataGrpc.SnapshotMetadataImplBase {
  private static final Duration STANDARD = Duration.ofMinutes(15);
  private static final Duration RESERVE = Duration.ofMillis(500);

  /** A little less than the agents', so that whoever is slow is told so by this process. */
  private static final Duration PATIENCE = Duration.ofSeconds(50);

  private final ChangedBlocks blocks;

  public SnapshotMetadataService(ChangedBlocks blocks) {
    this.blocks = requireNonNull(blocks, "blocks is null");
  }

  private static Deadline deadline() {
    return CallDeadline.current(STANDARD, RESERVE);
  }

  @Override
  public void getMetadataAllocated(
      GetMetadataAllocatedRequest request, StreamObserver<GetMetadataAllocatedResponse> observer) {
    Streamed.answer(
        observer,
        PATIENCE,
        outlet ->
            blocks.allocated(
                Messages.required("snapshot_id", request.getSnapshotId()),
                new ChangedBlocks.Part(request.getStartingOffset(), request.getMaxResults()),
                deadline(),
                page ->
                    outlet.send(
                        GetMetadataAllocatedResponse.newBuilder()
                            .setBlockMetadataType(BlockMetadataType.VARIABLE_LENGTH)
                            .setVolumeCapacityBytes(page.sizeBytes())
                            .addAllBlockMetadata(ranges(page))
                            .build())));
  }

  @Override
  public void getMetadataDelta(
      GetMetadataDeltaRequest request, StreamObserver<GetMetadataDeltaResponse> observer) {
    Streamed.answer(
        observer,
        PATIENCE,
        outlet ->
            blocks.delta(
                Messages.required("base_snapshot_id", request.getBaseSnapshotId()),
                Messages.required("target_snapshot_id", request.getTargetSnapshotId()),
                new ChangedBlocks.Part(request.getStartingOffset(), request.getMaxResults()),
                deadline(),
                page ->
                    outlet.send(
                        GetMetadataDeltaResponse.newBuilder()
                            .setBlockMetadataType(BlockMetadataType.VARIABLE_LENGTH)
                            .setVolumeCapacityBytes(page.sizeBytes())
                            .addAllBlockMetadata(ranges(page))
                            .build())));
  }

  private static List<BlockMetadata> ranges(BlockPage page) {
    return page.extents().stream().map(SnapshotMetadataService::range).toList();
  }

  private static BlockMetadata range(Extent extent) {
    return BlockMetadata.newBuilder()
        .setByteOffset(extent.offset())
        .setSizeBytes(extent.bytes())
        .build();
  }
}
