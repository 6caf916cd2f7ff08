package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.mooring.csi.v1.BlockMetadata;
import io.mooring.csi.v1.GetMetadataDeltaRequest;
import io.mooring.csi.v1.GetMetadataDeltaResponse;
import io.mooring.csi.v1.Snapshot;
import io.mooring.csi.v1.Volume;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.ControllerClient;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told of changed blocks against what the snapshots hold, byte by byte. */
@ExtendWith(MooringExtension.class)
class ChangedBlocksIT {
  private static final long MIB = 1L << 20;
  private static final long SIZE = VolumeSpec.STANDARD_BYTES;
  private static final String POOL = "mooring-pool0-tpool";

  private final Mooring mooring;
  private final ControllerClient controller;
  private final NodeHost node;

  ChangedBlocksIT(Mooring mooring) {
    this.mooring = mooring;
    this.controller = mooring.controller();
    this.node = mooring.node1();
  }

  @AfterEach
  void nobodyElseDies() {
    mooring.agent().unit().disarm();
  }

  /** A raw device, and which chunks were touched since they were last asked for. */
  private final class Writer {
    private final Attachment attachment;
    private final SnapshotBlocks blocks;
    private final NavigableSet<Long> touched = new TreeSet<>();

    Writer(Attachment attachment, SnapshotBlocks blocks) {
      this.attachment = attachment;
      this.blocks = blocks;
    }

    /** Random bytes, in whole pages. */
    void write(long offset, long bytes) {
      run("dd if=/dev/urandom", offset, bytes);
    }

    /** The bytes that are there already. */
    void rewrite(long offset, long bytes) {
      run(
          "dd if=%s bs=4096 skip=%d count=%d iflag=direct status=none | dd iflag=fullblock"
              .formatted(attachment.targetPath(), offset / 4096, bytes / 4096),
          offset,
          bytes);
    }

    private void run(String source, long offset, long bytes) {
      node.vm()
          .shell()
          .check(
              "set -o pipefail; %s of=%s bs=4096 seek=%d count=%d oflag=direct conv=notrunc status=none"
                  .formatted(source, attachment.targetPath(), offset / 4096, bytes / 4096));
      touched.addAll(blocks.of(offset, bytes));
    }

    void discard(long offset, long bytes) {
      node.vm()
          .shell()
          .check("blkdiscard -f -o %d -l %d %s".formatted(offset, bytes, attachment.targetPath()));
      touched.addAll(blocks.of(offset, bytes));
    }

    NavigableSet<Long> touchedSinceThen() {
      NavigableSet<Long> since = new TreeSet<>(touched);
      touched.clear();
      return since;
    }
  }

  /** Nothing that differs is left out, and nothing is told that nobody touched. */
  @Tag("long")
  @Test
  void everyDifferingByteIsToldAndNothingThatWasNotTouched() {
    Inventory before = mooring.inventory();
    SnapshotBlocks blocks = new SnapshotBlocks(mooring.agent().vm());
    Attachment attachment =
        mooring.provision(VolumeSpec.of("changed", AgentHost.THIN, VolumeKind.BLOCK), node);
    String id = attachment.volume().getVolumeId();
    Writer writer = new Writer(attachment, blocks);

    writer.write(0, MIB);
    writer.write(10 * MIB + 8192, 4096);
    writer.write(100 * MIB, 2 * MIB);
    writer.write(200 * MIB, MIB);
    Snapshot first = controller.snapshot("changed-1", id);
    NavigableSet<Long> atFirst = writer.touchedSinceThen();
    writer.write(8192, 4096);
    writer.rewrite(10 * MIB, 65536);
    writer.write(99 * MIB, 512 * 1024);
    writer.discard(100 * MIB, MIB);
    writer.write(SIZE - 4096, 4096);
    Snapshot second = controller.snapshot("changed-2", id);
    NavigableSet<Long> between = writer.touchedSinceThen();

    assertThat(blocks.of(controller.allocated(first)))
        .containsAll(blocks.holding(first))
        .isEqualTo(atFirst);
    List<BlockMetadata> delta = controller.delta(first, second);
    assertThat(blocks.of(delta)).containsAll(blocks.differing(first, second));
    assertThat(between).containsAll(blocks.of(delta));
    assertThat(blocks.of(controller.allocated(second))).containsAll(blocks.holding(second));
    assertThat(controller.delta(first, first)).isEmpty();
    assertThat(controller.delta(second, first)).isEqualTo(delta);
    assertThat(oneByOneFromTheMiddle(first, second)).isEqualTo(fromTheMiddle(delta));

    mooring.remove(attachment, node);
    assertThat(controller.delta(first, second)).isEqualTo(delta);
    controller.deleteSnapshot(first.getSnapshotId());
    controller.deleteSnapshot(second.getSnapshotId());
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  private static final long MIDDLE = 99 * MIB + 4096;

  /** A stream that is taken up again, with one range in each message. */
  private List<BlockMetadata> oneByOneFromTheMiddle(Snapshot first, Snapshot second) {
    List<BlockMetadata> ranges = new ArrayList<>();
    controller
        .metadata()
        .getMetadataDelta(
            GetMetadataDeltaRequest.newBuilder()
                .setBaseSnapshotId(first.getSnapshotId())
                .setTargetSnapshotId(second.getSnapshotId())
                .setStartingOffset(MIDDLE)
                .setMaxResults(1)
                .build())
        .forEachRemaining(response -> ranges.add(only(response)));
    return ranges;
  }

  private static BlockMetadata only(GetMetadataDeltaResponse response) {
    assertThat(response.getVolumeCapacityBytes()).isEqualTo(SIZE);
    assertThat(response.getBlockMetadataCount()).isEqualTo(1);
    return response.getBlockMetadata(0);
  }

  private static List<BlockMetadata> fromTheMiddle(List<BlockMetadata> ranges) {
    List<BlockMetadata> rest = new ArrayList<>();
    for (BlockMetadata range : ranges) {
      long begin = Math.max(MIDDLE, range.getByteOffset());
      long end = range.getByteOffset() + range.getSizeBytes();
      if (begin < end) {
        rest.add(BlockMetadata.newBuilder().setByteOffset(begin).setSizeBytes(end - begin).build());
      }
    }
    return rest;
  }

  @Tag("long")
  @Test
  void aVolumeThatHasGrownInBetweenIsToldToItsNewEnd() {
    Inventory before = mooring.inventory();
    SnapshotBlocks blocks = new SnapshotBlocks(mooring.agent().vm());
    Attachment attachment =
        mooring.provision(VolumeSpec.of("grown", AgentHost.THIN, VolumeKind.BLOCK), node);
    String id = attachment.volume().getVolumeId();
    Writer writer = new Writer(attachment, blocks);
    writer.write(SIZE - MIB, MIB);
    Snapshot small = controller.snapshot("grown-1", id);
    var _ = writer.touchedSinceThen();
    long larger = controller.expand(id, SIZE + 64 * MIB);
    assertThat(node.client().expand(attachment, larger)).isEqualTo(larger);
    writer.write(SIZE - 4096, 8192);
    writer.write(larger - 4096, 4096);
    Snapshot large = controller.snapshot("grown-2", id);

    NavigableSet<Long> delta = blocks.of(controller.delta(small, large));
    assertThat(delta)
        .isEqualTo(writer.touchedSinceThen())
        .containsAll(blocks.differing(small, large));
    assertThat(blocks.of(controller.delta(large, small)).last())
        .as("nothing beyond the end of the one that is read")
        .isEqualTo((SIZE - 1) / blocks.chunk());

    mooring.remove(attachment, node);
    controller.deleteSnapshot(small.getSnapshotId());
    controller.deleteSnapshot(large.getSnapshotId());
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(strings = {"agent.blocks.after-reserve", "agent.blocks.while-reading"})
  void anAgentThatDiesInTheMiddleHoldsNoMetadataWhenItIsBack(String failPoint) {
    new SnapshotDeaths(mooring).whileTellingBlocks(failPoint);
  }

  @Tag("long")
  @Test
  void anAdministratorsMetadataSnapshotIsRespected() {
    Inventory before = mooring.inventory();
    String id =
        controller.create(VolumeSpec.of("admin", AgentHost.THIN, VolumeKind.BLOCK)).getVolumeId();
    Snapshot snapshot = controller.snapshot("admin", id);
    message("reserve_metadata_snap");

    assertThat(Calls.code(() -> controller.allocated(snapshot))).isEqualTo(Status.Code.UNAVAILABLE);
    mooring.restartAgent();
    assertThat(Calls.code(() -> controller.allocated(snapshot))).isEqualTo(Status.Code.UNAVAILABLE);

    message("release_metadata_snap"); // it would fail if it were gone
    assertThat(controller.allocated(snapshot)).isEmpty();
    controller.delete(id);
    controller.deleteSnapshot(snapshot.getSnapshotId());
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  private void message(String word) {
    mooring.agent().vm().shell().check("dmsetup message %s 0 %s".formatted(POOL, word));
  }

  @Tag("long")
  @Test
  void whatCannotBeToldTruthfullyIsRefused() {
    Inventory before = mooring.inventory();
    Encrypted encrypted = new Encrypted(mooring, node);
    VolumeSpec spec = VolumeSpec.of("secret", AgentHost.THIN, VolumeKind.EXT4);
    Volume volume = encrypted.create(Encrypted.request(spec));
    Attachment secret = encrypted.attach(volume, spec.kind(), Encrypted.OLD);
    Snapshot ofSecret = controller.snapshot("secret", volume.getVolumeId());
    String file =
        controller
            .create(VolumeSpec.of("told-file", AgentHost.FILE, VolumeKind.BLOCK))
            .getVolumeId();
    Snapshot ofFile = controller.snapshot("told-file", file);

    for (Snapshot snapshot : List.of(ofSecret, ofFile)) {
      assertThat(Calls.code(() -> controller.allocated(snapshot)))
          .isEqualTo(Status.Code.FAILED_PRECONDITION);
      assertThat(Calls.code(() -> controller.delta(snapshot, snapshot)))
          .isEqualTo(Status.Code.FAILED_PRECONDITION);
    }
    assertThat(Calls.code(() -> controller.delta(ofSecret, ofFile)))
        .isEqualTo(Status.Code.INVALID_ARGUMENT);

    mooring.remove(secret, node);
    controller.delete(file);
    controller.deleteSnapshot(ofSecret.getSnapshotId());
    controller.deleteSnapshot(ofFile.getSnapshotId());
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }
}
