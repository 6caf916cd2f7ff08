package io.mooring.controller.csi;

import static io.mooring.controller.testing.Refusals.refused;
import static io.mooring.controller.testing.Requests.volumeNamed;
import static io.mooring.controller.testing.TestController.GIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.mooring.agent.v1.GetBlocksRequest;
import io.mooring.controller.testing.FakeBlocks;
import io.mooring.controller.testing.TestController;
import io.mooring.csi.v1.BlockMetadata;
import io.mooring.csi.v1.BlockMetadataType;
import io.mooring.csi.v1.CreateSnapshotRequest;
import io.mooring.csi.v1.GetMetadataAllocatedRequest;
import io.mooring.csi.v1.GetMetadataAllocatedResponse;
import io.mooring.csi.v1.GetMetadataDeltaRequest;
import io.mooring.csi.v1.GetMetadataDeltaResponse;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which blocks a backup has to read. */
class SnapshotMetadataTest {
  private static final long SIZE = 10 * GIB;

  private final TestController controller = TestController.withTwoHosts();
  private FakeBlocks blocks;
  private String base = "";
  private String later = "";

  @BeforeEach
  void makeTwoSnapshots() {
    String volume = volume("pvc-1");
    base = snapshot("base", volume);
    later = snapshot("later", volume);
    assertThat(later).startsWith("san-a/snap-");
    blocks = controller.agent("san-a").blocks();
  }

  @AfterEach
  void close() {
    controller.close();
  }

  private String volume(String name) {
    return controller.client().createVolume(volumeNamed(name).build()).getVolume().getVolumeId();
  }

  private String snapshot(String name, String volume) {
    return controller
        .client()
        .createSnapshot(
            CreateSnapshotRequest.newBuilder().setName(name).setSourceVolumeId(volume).build())
        .getSnapshot()
        .getSnapshotId();
  }

  private static String serial(String snapshotId) {
    return snapshotId.replaceFirst(".*/snap-", "");
  }

  private static <T> List<T> all(Iterator<T> responses) {
    List<T> taken = new ArrayList<>();
    responses.forEachRemaining(taken::add);
    return taken;
  }

  private List<GetMetadataAllocatedResponse> allocated(String snapshotId, long from, int most) {
    return all(
        controller
            .metadata()
            .getMetadataAllocated(
                GetMetadataAllocatedRequest.newBuilder()
                    .setSnapshotId(snapshotId)
                    .setStartingOffset(from)
                    .setMaxResults(most)
                    .build()));
  }

  private List<GetMetadataDeltaResponse> delta(String baseId, String targetId, long from) {
    return all(
        controller
            .metadata()
            .getMetadataDelta(
                GetMetadataDeltaRequest.newBuilder()
                    .setBaseSnapshotId(baseId)
                    .setTargetSnapshotId(targetId)
                    .setStartingOffset(from)
                    .build()));
  }

  private static BlockMetadata range(long offset, long bytes) {
    return BlockMetadata.newBuilder().setByteOffset(offset).setSizeBytes(bytes).build();
  }

  @Test
  void whatASnapshotHoldsComesInPagesThatSayTheSize() {
    blocks.page(SIZE, 0, 65536, 131072, 65536);
    blocks.page(SIZE, 1 << 20, 65536);

    assertThat(allocated(later, 0, 2))
        .containsExactly(
            GetMetadataAllocatedResponse.newBuilder()
                .setBlockMetadataType(BlockMetadataType.VARIABLE_LENGTH)
                .setVolumeCapacityBytes(SIZE)
                .addBlockMetadata(range(0, 65536))
                .addBlockMetadata(range(131072, 65536))
                .build(),
            GetMetadataAllocatedResponse.newBuilder()
                .setBlockMetadataType(BlockMetadataType.VARIABLE_LENGTH)
                .setVolumeCapacityBytes(SIZE)
                .addBlockMetadata(range(1 << 20, 65536))
                .build());
    assertThat(blocks.requests())
        .containsExactly(
            GetBlocksRequest.newBuilder()
                .setCluster("cluster-1")
                .setSerial(serial(later))
                .setMaxExtents(2)
                .build());
  }

  @Test
  void whereTwoSnapshotsDifferIsAskedOfTheirHost() {
    blocks.page(SIZE, 65536, 65536);

    assertThat(delta(base, later, 4096))
        .containsExactly(
            GetMetadataDeltaResponse.newBuilder()
                .setBlockMetadataType(BlockMetadataType.VARIABLE_LENGTH)
                .setVolumeCapacityBytes(SIZE)
                .addBlockMetadata(range(65536, 65536))
                .build());
    assertThat(blocks.requests())
        .containsExactly(
            GetBlocksRequest.newBuilder()
                .setCluster("cluster-1")
                .setSerial(serial(later))
                .setBaseSerial(serial(base))
                .setStartingOffset(4096)
                .build());
  }

  @Test
  void equalSnapshotsHaveOneEmptyPage() {
    blocks.page(SIZE);

    assertThat(delta(base, later, 0))
        .containsExactly(
            GetMetadataDeltaResponse.newBuilder()
                .setBlockMetadataType(BlockMetadataType.VARIABLE_LENGTH)
                .setVolumeCapacityBytes(SIZE)
                .build());
  }

  @Test
  void whatIsMissingOrCannotBeIsAnInvalidArgument() {
    refused(Code.INVALID_ARGUMENT, () -> allocated("", 0, 0), "snapshot_id");
    refused(Code.INVALID_ARGUMENT, () -> delta("", later, 0), "base_snapshot_id");
    refused(Code.INVALID_ARGUMENT, () -> delta(base, "", 0), "target_snapshot_id");
    refused(Code.INVALID_ARGUMENT, () -> allocated(later, 0, -1), "max_results");
    String other = snapshot("other", volume("pvc-2"));
    refused(Code.INVALID_ARGUMENT, () -> delta(other, later, 0), "two volumes");
    refused(
        Code.INVALID_ARGUMENT,
        () -> delta(base.replace("san-a", "san-b"), later, 0),
        "two storage targets");
  }

  @Test
  void aSnapshotThatIsNotThereIsNotFound() {
    String missing = later.substring(0, later.length() - 8) + "00000000";
    for (String id : List.of("nonsense", missing, later.replace("san-a", "san-z"))) {
      refused(Code.NOT_FOUND, () -> allocated(id, 0, 0));
      refused(Code.NOT_FOUND, () -> delta(id, id, 0));
    }
    refused(Code.NOT_FOUND, () -> delta("nonsense", later, 0));
    refused(Code.NOT_FOUND, () -> delta(base, "nonsense", 0));
  }

  @Test
  void aStartOutsideOfTheVolumeIsOutOfRange() {
    blocks.page(SIZE);

    refused(Code.OUT_OF_RANGE, () -> allocated(later, -1, 0), "starting_offset");
    refused(Code.OUT_OF_RANGE, () -> allocated(later, SIZE + 1, 0));
    refused(Code.OUT_OF_RANGE, () -> delta(base, later, -1));
    refused(Code.OUT_OF_RANGE, () -> delta(base, later, SIZE + 1));
    assertThat(allocated(later, SIZE, 0)).hasSize(1);
  }

  @Test
  void whatTheHostCannotTellIsAFailedPreconditionWithItsReason() {
    blocks.endsWith(Status.FAILED_PRECONDITION.withDescription("it is encrypted"));
    refused(Code.FAILED_PRECONDITION, () -> delta(base, later, 0), "san-a", "it is encrypted");

    controller.agent("san-a").storage().makeOld();
    refused(Code.FAILED_PRECONDITION, () -> delta(base, later, 0), "san-a", "update its agent");
  }

  @Test
  void aStreamThatBreaksOffIsNotTakenForTheEnd() {
    blocks.page(SIZE, 0, 65536);
    blocks.endsWith(Status.UNAVAILABLE.withDescription("it is stopping"));

    Iterator<GetMetadataAllocatedResponse> responses =
        controller
            .metadata()
            .getMetadataAllocated(
                GetMetadataAllocatedRequest.newBuilder().setSnapshotId(later).build());

    assertThat(responses.next().getBlockMetadataCount()).isEqualTo(1);
    assertThatThrownBy(responses::hasNext).isInstanceOf(StatusRuntimeException.class);
  }

  @Test
  void answersThatCannotBeAreRefused() {
    blocks.page(SIZE, 65536, 65536, 65536, 65536);
    refused(Code.INTERNAL, () -> allocated(later, 0, 0), "san-a", "cannot be");
    refused(Code.INTERNAL, () -> allocated(later, 0, 1), "san-a", "cannot be");
    refused(Code.INTERNAL, () -> allocated(later, 1 << 20, 0), "san-a", "cannot be");
  }

  @Test
  void answersBeyondTheSizeAreRefused() {
    blocks.page(SIZE, SIZE - 4096, 8192);
    refused(Code.INTERNAL, () -> allocated(later, 0, 0), "san-a", "cannot be");
  }

  @Test
  void aCallerThatGoesEndsTheWorkOfTheHost() {
    blocks.page(SIZE, 0, 65536);
    blocks.endsNever();
    Context.CancellableContext context = Context.current().withCancellation();

    context.run(() ->
        assertThat(
                controller
                    .metadata()
                    .getMetadataAllocated(
                        GetMetadataAllocatedRequest.newBuilder().setSnapshotId(later).build())
                    .next()
                    .getBlockMetadataCount())
            .isEqualTo(1));
    context.cancel(null);

    await().until(blocks::wasCancelled);
  }
}
