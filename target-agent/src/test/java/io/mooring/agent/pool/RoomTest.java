package io.mooring.agent.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.agent.block.BlockDevices;
import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.agent.identity.VolumeRecord.State;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The largest that a pool promises, to the byte, and what it says beyond. */
class RoomTest {
  private static final long MIB = 1 << 20;
  private static final long TIB = 1L << 40;

  @TempDir Path host;

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(10));
  }

  private static VolumeRecord order(long bytes) {
    return new VolumeRecord(
        Serial.random(), "lab", "pvc 1", "fast", bytes, State.CREATING, List.of());
  }

  /** A host of its own each, with six GiB in extents of 4 MiB. */
  private ThinPool thin(double overCommit) throws IOException {
    ThinPool pool =
        new FakeLvm(Files.createTempDirectory(host, "thin"), Samples.read("lvs-thin-pool.json"))
            .pool("vg", "thin", new PoolLimits(overCommit, 95));
    pool.scan(soon());
    return pool;
  }

  private FilePool files(double overCommit) {
    FakeLoops loops = new FakeLoops(host);
    FilePool pool =
        new FilePool(
            "files",
            host.resolve("pool"),
            new PoolLimits(overCommit, 100),
            100 * MIB,
            loops,
            new Loops(loops, host.resolve("sys")),
            new BlockDevices(host.resolve("sys")));
    pool.scan(soon());
    return pool;
  }

  private static void refused(Kind kind, ThrowingCallable call) {
    assertThatThrownBy(call).extracting(thrown -> ((Failure) thrown).kind()).isEqualTo(kind);
  }

  @Test
  void overCommitMovesTheLimitOfAThinPoolInWholeExtents() throws IOException {
    thin(1.5).create(order(9216 * MIB), soon());
    refused(Kind.OUT_OF_RANGE, () -> thin(1.5).create(order(9220 * MIB), soon()));
    thin(1.0012).create(order(6148 * MIB), soon()); // 6151.4
    refused(Kind.OUT_OF_RANGE, () -> thin(1.0012).create(order(6152 * MIB), soon()));
    thin(0.5).create(order(3072 * MIB), soon());
    refused(Kind.OUT_OF_RANGE, () -> thin(0.5).create(order(3076 * MIB), soon()));
  }

  @Test
  void whatIsLeftOfAnOverCommittedPoolIsGivenToTheLastExtent() throws IOException {
    ThinPool pool = thin(1.5);
    VolumeRecord first = order(4096 * MIB);
    pool.create(first, soon());

    assertThat(pool.status(soon()).availableBytes()).isEqualTo(5120 * MIB);
    refused(Kind.RESOURCE_EXHAUSTED, () -> pool.create(order(5124 * MIB), soon()));
    refused(Kind.RESOURCE_EXHAUSTED, () -> growBeside(pool, first));
    pool.create(order(5116 * MIB), soon());
    pool.grow(first, 4100 * MIB, soon());
    assertThat(pool.status(soon()).availableBytes()).isZero();
  }

  private static void growBeside(ThinPool pool, VolumeRecord first) {
    VolumeRecord other = order(5120 * MIB);
    pool.create(other, soon());
    try {
      pool.grow(first, 4100 * MIB, soon());
    } finally {
      pool.remove(other, soon());
    }
  }

  @Test
  void overCommitMakesNoVolumeThatNobodyCouldUse() throws IOException {
    ThinPool pool = thin(40_000);
    VolumeRecord largest = order(64 * TIB);
    pool.create(largest, soon());

    assertThat(pool.status(soon()).maximumVolumeBytes()).isEqualTo(64 * TIB);
    refused(Kind.OUT_OF_RANGE, () -> pool.create(order(64 * TIB + 4 * MIB), soon()));
    refused(Kind.OUT_OF_RANGE, () -> pool.grow(largest, 64 * TIB + 4 * MIB, soon()));
    pool.snapshot(
        new SnapshotRecord(
            Serial.random(), "lab", "snap", "fast", 64 * TIB, largest.serial(), Instant.EPOCH),
        soon());
  }

  @Test
  void whatOtherFilesHaveTakenIsAPassingShortage() throws IOException {
    Path directory = Files.createDirectories(host.resolve("pool"));
    Files.createDirectories(host.resolve("dev"));
    Files.write(directory.resolve("foreign"), new byte[(int) (64 * MIB)]);
    long total = Files.getFileStore(directory).getTotalSpace();

    for (double overCommit : new double[] {1, 1.5}) {
      FilePool pool = files(overCommit);
      long largest = (long) (total * overCommit) / FileSpace.UNIT * FileSpace.UNIT;
      assertThat(pool.status(soon()).totalBytes()).isLessThan(largest);
      refused(Kind.RESOURCE_EXHAUSTED, () -> pool.create(order(largest), soon()));
      refused(Kind.OUT_OF_RANGE, () -> pool.create(order(largest + FileSpace.UNIT), soon()));
    }
  }
}
