package io.mooring.agent.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.agent.identity.VolumeRecord.State;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where snapshots of a thin pool hold data. */
class ThinBlockMapTest {
  private static final long MIB = 1 << 20;
  private static final long BLOCK = 64 * 1024;

  @TempDir Path host;
  private FakeLvm lvm;
  private FakePoolMetadata metadata;
  private ThinPool pool;
  private SnapshotRecord base;
  private SnapshotRecord later;

  @BeforeEach
  void makeTwoSnapshots() throws IOException {
    lvm = new FakeLvm(host, Samples.read("lvs-thin-pool.json"));
    metadata = lvm.metadata();
    pool = open();
    VolumeRecord volume =
        new VolumeRecord(
            Serial.random(), "lab", "pvc", "fast", 64 * MIB, State.CREATING, List.of());
    pool.create(volume, soon());
    base = snapshot(volume.serial());
    later = snapshot(volume.serial());
    metadata.deltaPrints(Samples.read("thin-delta-0.9.xml"));
    lvm.changes().clear();
  }

  private ThinPool open() {
    ThinPool opened = lvm.pool("vg", "thin", new PoolLimits(1.0, 95));
    opened.scan(soon());
    return opened;
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(10));
  }

  private SnapshotRecord snapshot(Serial volume) {
    SnapshotRecord snapshot = record(volume, 64 * MIB);
    pool.snapshot(snapshot, soon());
    return snapshot;
  }

  private static SnapshotRecord record(Serial volume, long bytes) {
    return new SnapshotRecord(
        Serial.random(), "lab", "snap", "fast", bytes, volume, Instant.ofEpochMilli(1));
  }

  private static BlockMap.Sink sink(Consumer<Extent> to) {
    return new BlockMap.Sink() {
      @Override
      public void take(Extent extent) {
        to.accept(extent);
      }

      @Override
      public void requireWanted() {}
    };
  }

  private List<Extent> read(BlockMap.Query query) {
    List<Extent> extents = new ArrayList<>();
    pool.blocks().read(query, sink(extents::add), soon());
    return extents;
  }

  private BlockMap.Query allocated() {
    return new BlockMap.Query(later, Optional.empty(), 0);
  }

  private BlockMap.Query delta() {
    return new BlockMap.Query(later, Optional.of(base), 0);
  }

  private static Extent blocks(long first, long count) {
    return new Extent(first * BLOCK, count * BLOCK);
  }

  private static void assertRefused(Kind kind, String words, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.kind()).isEqualTo(kind))
        .hasMessageContaining(words);
  }

  private void assertNothingIsHeld() {
    assertThat(metadata.root()).isZero();
    assertThat(lvm.held().get("fast")).isEmpty();
  }

  @Test
  void whatASnapshotHoldsIsWhereItIsTheSameAsItself() throws IOException {
    metadata.deltaPrints(Samples.read("thin-delta-0.9-alone.xml"));

    assertThat(read(allocated())).containsExactly(blocks(0, 8), blocks(20, 1), blocks(30, 11));

    String id = Long.toString(lvm.id(later.objectName()));
    assertThat(metadata.reads().getFirst())
        .containsExactly(
            "thin_delta",
            "--metadata-snap",
            "--verbose",
            "--thin1",
            id,
            "--thin2",
            id,
            "/dev/block/253:1");
    assertNothingIsHeld();
  }

  /** A block that was discarded holds zeros now, so it is one that differs. */
  @Test
  void whereTwoDifferIsOneExtentForAllThatTouch() {
    assertThat(read(delta())).containsExactly(blocks(4, 2), blocks(8, 3), blocks(20, 1));

    assertThat(metadata.reads().getFirst())
        .containsSequence(
            "--thin1",
            Long.toString(lvm.id(base.objectName())),
            "--thin2",
            Long.toString(lvm.id(later.objectName())));
    assertNothingIsHeld();
  }

  @Test
  void rangesOfDifferentKindsAreOneExtentWhereTheyTouch() {
    metadata.deltaPrints(
        """
        <superblock data_block_size="128"><diff>
        <different><range begin="1" left_data_begin="4" right_data_begin="5" length="2"/></different>
        <right_only><range begin="3" data_begin="9" length="1"/></right_only>
        <left_only><range begin="4" data_begin="8" length="1"/></left_only>
        </diff></superblock>
        """);

    assertThat(read(delta())).containsExactly(blocks(1, 4));
  }

  @Test
  void nothingBeforeTheStartOrBeyondTheSizeIsGiven() {
    assertThat(read(new BlockMap.Query(later, Optional.of(base), 5 * BLOCK + 7)))
        .containsExactly(new Extent(5 * BLOCK + 7, BLOCK - 7), blocks(8, 3), blocks(20, 1));
    assertThat(read(new BlockMap.Query(later, Optional.of(base), 64 * MIB))).isEmpty();

    long cut = 8 * BLOCK + 4096;
    SnapshotRecord smaller =
        new SnapshotRecord(
            later.serial(), "lab", "snap", "fast", cut, later.volume(), later.createdAt());
    assertThat(read(new BlockMap.Query(smaller, Optional.of(base), 0)))
        .containsExactly(blocks(4, 2), new Extent(8 * BLOCK, 4096));
  }

  @Test
  void theMetadataAreReleasedWhateverGoesWrong() {
    Failure gone = Failure.unavailable("the caller has gone");

    assertThatThrownBy(() ->
            pool.blocks()
                .read(
                    delta(),
                    sink(extent -> {
                      throw gone;
                    }),
                    soon()))
        .isSameAs(gone);
    assertNothingIsHeld();

    metadata.deltaFails("Unable to find mapping tree for snap2 (9)");
    assertRefused(Kind.INTERNAL, "Unable to find mapping tree", () -> read(delta()));
    assertNothingIsHeld();

    metadata.deltaPrints("<superblock data_block_size=\"128\">");
    assertRefused(Kind.INTERNAL, "ends in the middle", () -> read(delta()));
    assertNothingIsHeld();

    pool.removeSnapshot(later, soon());
    assertRefused(Kind.NOT_FOUND, "has just been removed", () -> read(delta()));
    assertNothingIsHeld();
  }

  @Test
  void somebodyElsesMetadataSnapshotIsWaitedForAndNotTouched() {
    metadata.reserve();
    long theirs = metadata.root();

    assertRefused(Kind.UNAVAILABLE, "dmsetup message vg-thin-tpool 0", () -> read(delta()));

    assertThat(pool.resumeLeft()).isEmpty();
    assertThat(metadata.root()).isEqualTo(theirs);
    assertThat(metadata.reads()).isEmpty();
  }

  @Test
  void whoeverIsFasterKeepsItsMetadataSnapshot() {
    metadata.beforeReserve(metadata::reserve);

    assertRefused(Kind.UNAVAILABLE, "makes no metadata snapshot", () -> read(delta()));

    assertThat(metadata.root()).isNotZero();
    assertThat(lvm.held().get("fast")).isEmpty();
  }

  @Test
  void whatADeadAgentHeldIsReleasedAtStart() {
    metadata.reserve();
    lvm.held().put("fast", new HeldMetadata("vg-thin-tpool", metadata.root()));

    assertThat(open().resumeLeft()).isEmpty();
    assertNothingIsHeld();

    // It died before it could write down which it is.
    metadata.reserve();
    lvm.held().put("fast", new HeldMetadata("vg-thin-tpool", 0));

    assertThat(open().resumeLeft()).isEmpty();
    assertNothingIsHeld();
  }

  @Test
  void anAgentThatDiedBeforeOrAfterItHeldAnythingLeavesNothing() {
    lvm.held().put("fast", new HeldMetadata("vg-thin-tpool", 0));

    assertThat(open().resumeLeft()).isEmpty();

    assertNothingIsHeld();
    assertThat(read(delta())).isNotEmpty();
  }

  @Test
  void aMetadataSnapshotThatSomebodyMadeSinceThenStays() {
    metadata.reserve();
    lvm.held().put("fast", new HeldMetadata("vg-thin-tpool", metadata.root()));
    metadata.releaseAndReserve();

    assertThat(open().resumeLeft()).isEmpty();

    assertThat(metadata.root()).isNotZero();
    assertThat(lvm.held().get("fast")).isEmpty();
  }

  @Test
  void whatIsLeftOfAnEarlierCallIsReleasedByTheNext() {
    metadata.reserve();
    lvm.held().put("fast", new HeldMetadata("vg-thin-tpool", metadata.root()));

    assertThat(read(delta())).isNotEmpty();
    assertNothingIsHeld();
  }

  @Test
  void aPoolWithoutActiveVolumesIsActivated() {
    metadata.deactivate();

    assertThat(read(delta())).isNotEmpty();

    assertThat(lvm.changes())
        .anyMatch(argv -> argv.containsAll(List.of("lvchange", "--activate", "y", "vg/thin")));
  }

  @Test
  void aPoolThatIsSuspendedOrReadOnlyIsLeftAlone() {
    metadata.suspend();
    assertRefused(Kind.UNAVAILABLE, "is suspended", () -> read(delta()));

    metadata.activate();
    metadata.readOnly();
    assertRefused(Kind.FAILED_PRECONDITION, "read-only", () -> read(delta()));

    assertThat(metadata.reads()).isEmpty();
    assertNothingIsHeld();
  }

  /** Its offsets are not those of whoever reads it decrypted. */
  @Test
  void anEncryptedVolumeIsRefused() throws IOException {
    String luks = "LUKS\u00ba\u00be\u0000\u0002";
    String second = "\0".repeat(16 * 1024) + "SKUL\u00ba\u00be\u0000\u0002";
    metadata.holds(5, luks);
    assertRefused(Kind.FAILED_PRECONDITION, "is encrypted", () -> read(delta()));
    assertRefused(
        Kind.FAILED_PRECONDITION,
        "is encrypted",
        () -> read(new BlockMap.Query(later, Optional.of(base), 32 * MIB)));
    metadata.holds(5, second);
    assertRefused(Kind.FAILED_PRECONDITION, "is encrypted", () -> read(delta()));

    metadata.holds(5, "");
    metadata.deltaPrints(
        Samples.read("thin-delta-0.9.xml")
            .replaceFirst(
                "(?s)<same>.*?</same>",
                "<different><range begin=\"0\" left_data_begin=\"70\" right_data_begin=\"71\" length=\"4\"/></different>"));
    assertThat(read(delta())).isNotEmpty();
    metadata.holds(71, luks);
    assertRefused(Kind.FAILED_PRECONDITION, "is encrypted", () -> read(delta()));
    assertNothingIsHeld();
  }

  @Test
  void aCallerThatHasGoneBeforeItsTurnCostsNothing() {
    Failure gone = Failure.unavailable("the caller has gone");
    BlockMap.Sink sink =
        new BlockMap.Sink() {
          @Override
          public void take(Extent extent) {}

          @Override
          public void requireWanted() {
            throw gone;
          }
        };

    assertThatThrownBy(() -> pool.blocks().read(delta(), sink, soon())).isSameAs(gone);
    assertThat(lvm.changes()).isEmpty();
  }
}
