package io.mooring.agent.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.agent.block.BlockDevices;
import io.mooring.agent.identity.Publication;
import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.agent.identity.Source;
import io.mooring.agent.identity.Use;
import io.mooring.agent.identity.VolumeLimits;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.agent.identity.VolumeRecord.State;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilePoolTest {
  private static final long MIB = 1 << 20;

  @TempDir Path host;
  private Path directory;
  private FakeLoops loops;

  @BeforeEach
  void makeTheDirectory() throws IOException {
    directory = Files.createDirectories(host.resolve("pool"));
    Files.createDirectories(host.resolve("dev"));
    loops = new FakeLoops(host);
  }

  private FilePool open(double overCommit) {
    FilePool pool =
        new FilePool(
            "files",
            directory,
            new PoolLimits(overCommit, 100),
            100 * MIB,
            loops,
            new Loops(loops, host.resolve("sys")),
            new BlockDevices(host.resolve("sys")));
    pool.scan(soon());
    return pool;
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(10));
  }

  private static VolumeRecord order(long bytes) {
    return new VolumeRecord(
        Serial.random(), "lab", "pvc 1", "files", bytes, State.CREATING, List.of());
  }

  @Test
  void aVolumeHoldsDataOnceSomethingIsWrittenAndItsRecordKeepsThat() throws IOException {
    VolumeRecord order = order(64 * MIB);
    FilePool pool = open(1);
    VolumeRecord made = pool.create(order, soon());
    assertThat(pool.holdsData(made, soon())).isFalse();
    try (RandomAccessFile image =
        new RandomAccessFile(directory.resolve(order.serial() + ".img").toFile(), "rw")) {
      image.seek(32 * MIB);
      image.write(1);
      image.getFD().sync();
    }
    assertThat(pool.holdsData(made, soon())).isTrue();
    pool.save(made, made.afterWriting(), soon());
    assertThat(open(1).scan(soon()).volumes()).containsExactly(made.afterWriting());
  }

  @Test
  void aVolumeIsASparseFileWithItsRecordBesideIt() throws IOException {
    VolumeRecord order = order(64 * MIB);

    open(1).create(order, soon());

    assertThat(Files.size(directory.resolve(order.serial() + ".img"))).isEqualTo(64 * MIB);
    assertThat(directory.resolve(order.serial() + ".json")).exists();
    assertThat(open(1).scan(soon()).volumes()).containsExactly(order.in(State.READY));
  }

  @Test
  void limitsAreInTheRecordAndARecordFromBeforeThemIsRead() throws IOException {
    VolumeRecord ready = order(64 * MIB).in(State.READY);
    FilePool pool = open(1);
    pool.create(ready, soon());
    Path document = directory.resolve(ready.serial() + ".json");
    assertThat(document).content().doesNotContain("limits");
    VolumeRecord limited = ready.with(new VolumeLimits(1, 2, 3, 4, 5));

    pool.save(ready, limited, soon());

    assertThat(open(1).scan(soon()).volumes()).containsExactly(limited);
  }

  @Test
  void aHalfMadeVolumeIsCompletedOrRemoved() throws IOException {
    VolumeRecord order = order(64 * MIB);
    FilePool pool = open(1);
    pool.create(order, soon());
    pool.save(order.in(State.READY), order, soon());
    Files.write(directory.resolve(order.serial() + ".img"), new byte[10]);

    FilePool restarted = open(1);
    assertThat(restarted.scan(soon()).volumes()).containsExactly(order);
    restarted.create(order, soon());
    assertThat(restarted.scan(soon()).volumes()).containsExactly(order.in(State.READY));
    assertThat(Files.size(directory.resolve(order.serial() + ".img"))).isEqualTo(64 * MIB);

    Files.delete(directory.resolve(order.serial() + ".img"));
    restarted.remove(order, soon());
    restarted.remove(order, soon());
    assertThat(restarted.scan(soon()).volumes()).isEmpty();
  }

  @Test
  void theDeviceIsALoopThatIsFoundAgain() {
    VolumeRecord order = order(64 * MIB);
    FilePool pool = open(1);
    pool.create(order, soon());

    Path loop = pool.device(order, soon()).path();

    int runs = loops.runs();
    assertThat(pool.device(order, soon()).path()).isEqualTo(loop);
    assertThat(loops.runs()).as("nothing is asked again that sysfs tells").isEqualTo(runs);
    assertThat(open(1).device(order, soon()).path()).isEqualTo(loop);
    assertThat(loops.attached()).isEqualTo(1);
    pool.release(order, soon());
    assertThat(loops.attached()).isZero();
    pool.device(order, soon());
    pool.remove(order, soon());
    assertThat(loops.attached()).isZero();
  }

  @Test
  void aLoopThatStaysInUseKeepsTheVolume() {
    VolumeRecord order = order(64 * MIB);
    FilePool pool = open(1);
    pool.create(order, soon());
    pool.device(order, soon());
    loops.busy();

    assertThatThrownBy(() -> pool.remove(order, Deadline.after(Duration.ofMillis(300))))
        .hasMessageContaining("still open")
        .extracting(thrown -> ((Failure) thrown).kind())
        .isEqualTo(Kind.FAILED_PRECONDITION);
    assertThat(directory.resolve(order.serial() + ".img")).exists();
    assertThat(open(1).scan(soon()).volumes()).containsExactly(order.in(State.DELETING));
  }

  @Test
  void aLostOrChangedImageIsNotServed() throws IOException {
    VolumeRecord order = order(64 * MIB);
    FilePool pool = open(1);
    pool.create(order, soon());
    Path image = directory.resolve(order.serial() + ".img");
    Files.write(image, new byte[4096]);
    assertThatThrownBy(() -> pool.device(order, soon())).hasMessageContaining("4096 bytes");
    Files.delete(image);
    assertThatThrownBy(() -> pool.device(order, soon())).hasMessageContaining("is lost");
    assertThat(loops.attached()).isZero();
  }

  @Test
  void aVolumeGrowsUnderItsLoopDevice() {
    VolumeRecord volume = order(64 * MIB).in(State.READY);
    FilePool pool = open(1);
    pool.create(volume, soon());
    pool.device(volume, soon());

    assertThat(pool.grow(volume, 128 * MIB, soon())).isEqualTo(128 * MIB);

    VolumeRecord grown = volume.withSize(128 * MIB);
    assertThat(pool.device(grown, soon()).sizeBytes()).isEqualTo(128 * MIB);
    assertThat(open(1).scan(soon()).volumes()).containsExactly(grown);
  }

  @Test
  void anInterruptedGrowthIsServedAndFinished() throws IOException {
    VolumeRecord volume = order(64 * MIB).in(State.READY);
    FilePool pool = open(1);
    pool.create(volume, soon());
    pool.device(volume, soon());
    try (RandomAccessFile image =
        new RandomAccessFile(directory.resolve(volume.serial() + ".img").toFile(), "rw")) {
      image.setLength(128 * MIB);
    }

    assertThat(pool.device(volume, soon()).sizeBytes()).isEqualTo(64 * MIB);
    assertThat(pool.grow(volume, 128 * MIB, soon())).isEqualTo(128 * MIB);
    assertThat(pool.device(volume, soon()).sizeBytes()).isEqualTo(128 * MIB);
  }

  @Test
  void aSnapshotKeepsWhatTheVolumeHeldAndACopyBeginsWithIt() throws IOException {
    VolumeRecord volume = order(8 * MIB).in(State.READY);
    FilePool pool = open(1);
    pool.create(volume, soon());
    Path image = directory.resolve(volume.serial() + ".img");
    write(image, "before");
    SnapshotRecord snapshot = snapshotOf(volume);

    pool.snapshot(snapshot, soon());
    write(image, "after!");
    VolumeRecord copy = copyOf(snapshot, 16 * MIB);
    pool.create(copy, soon());
    pool.create(copy, soon());

    Path copied = directory.resolve(copy.serial() + ".img");
    assertThat(Files.size(copied)).isEqualTo(16 * MIB);
    assertThat(beginning(copied)).isEqualTo("before");
    assertThat(beginning(image)).isEqualTo("after!");
    assertThat(open(1).scan(soon()).snapshots()).containsExactly(snapshot);
    assertThat(open(1).scan(soon()).volumes())
        .containsExactlyInAnyOrder(volume, copy.in(State.READY));
    pool.removeSnapshot(snapshot, soon());
    pool.removeSnapshot(snapshot, soon());
    assertThat(open(1).scan(soon()).snapshots()).isEmpty();
    assertThat(beginning(copied)).isEqualTo("before");
  }

  @Test
  void whatACrashLeftOfASnapshotIsRemoved() throws IOException {
    VolumeRecord volume = order(8 * MIB).in(State.READY);
    FilePool pool = open(1);
    pool.create(volume, soon());
    Path folder = directory.resolve("snapshots");
    Files.write(folder.resolve(Serial.random() + ".img"), new byte[10]);
    Files.write(folder.resolve(Serial.random() + ".img.half"), new byte[10]);

    assertThat(open(1).scan(soon()).snapshots()).isEmpty();

    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void anImageWhoseRecordWasPutAsideStays() throws IOException {
    open(1);
    Path folder = directory.resolve("snapshots");
    Serial serial = Serial.random();
    Path image = Files.write(folder.resolve(serial + ".img"), new byte[10]);
    Files.write(folder.resolve(serial + ".json.damaged"), new byte[10]);

    open(1);

    assertThat(image).exists();
  }

  @Test
  void volumesOfADirectoryAreNotSnapshottedTogether() {
    assertThatThrownBy(() -> open(1).groups())
        .hasMessageContaining("thin pool")
        .extracting(thrown -> ((Failure) thrown).kind())
        .isEqualTo(Kind.FAILED_PRECONDITION);
  }

  private static SnapshotRecord snapshotOf(VolumeRecord volume) {
    return new SnapshotRecord(
        Serial.random(),
        "lab",
        "snap",
        "files",
        volume.sizeBytes(),
        volume.serial(),
        Instant.ofEpochMilli(1_790_000_000_123L));
  }

  private static VolumeRecord copyOf(SnapshotRecord snapshot, long bytes) {
    return new VolumeRecord(
        Serial.random(),
        "lab",
        "copy",
        "files",
        bytes,
        State.CREATING,
        List.of(),
        Optional.of(new Source(Source.Kind.SNAPSHOT, snapshot.serial())),
        VolumeLimits.NEVER);
  }

  private static void write(Path image, String text) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.write(text.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static String beginning(Path image) throws IOException {
    byte[] bytes = new byte[6];
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "r")) {
      file.readFully(bytes);
    }
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  @Test
  void promisesNeverExceedTheFileSystem() {
    FilePool pool = open(1);
    long most = pool.status(soon()).maximumVolumeBytes() - 256 * MIB;
    pool.create(order(most), soon());

    assertThat(pool.status(soon()).availableBytes()).isLessThan(1024 * MIB);
    assertThat(pool.status(soon()).use())
        .hasValueSatisfying(use -> {
          assertThat(use.promisedBytes()).isEqualTo(most / MIB * MIB);
          assertThat(use.dataRatio()).isBetween(0.0, 1.0);
          assertThat(use.metadataRatio()).isEmpty();
        });
    assertThatThrownBy(() -> pool.create(order(most), soon()))
        .extracting(thrown -> ((Failure) thrown).kind())
        .isEqualTo(Kind.RESOURCE_EXHAUSTED);
    assertThatThrownBy(
            () -> pool.create(order(Files.getFileStore(directory).getTotalSpace() * 2), soon()))
        .extracting(thrown -> ((Failure) thrown).kind())
        .isEqualTo(Kind.OUT_OF_RANGE);
    open(3).create(order(most), soon());
  }

  @Test
  void publicationsAreRecorded() {
    VolumeRecord order = order(64 * MIB);
    FilePool pool = open(1);
    pool.create(order, soon());
    VolumeRecord ready = order.in(State.READY);
    VolumeRecord published =
        ready.with(new Publication("8e2f1a3c-0000-4000-8000-000000000001", "w", 9, true));

    pool.save(ready, published, soon());

    assertThat(open(1).scan(soon()).volumes()).containsExactly(published);
    assertThat(directory.resolve(order.serial() + ".json"))
        .content()
        .contains("\"readOnly\": true")
        .doesNotContain("use"); // as older versions wrote it

    VolumeRecord used =
        ready.with(
            published
                .publications()
                .getFirst()
                .with(new Use(Use.Sharing.SHARED, Use.Access.BLOCK)));
    pool.save(published, used, soon());
    assertThat(open(1).scan(soon()).volumes()).containsExactly(used);
  }

  @Test
  void aDamagedRecordIsReportedAndTheOthersAreServed() throws IOException {
    VolumeRecord order = order(64 * MIB);
    open(1).create(order, soon());
    Files.writeString(directory.resolve(Serial.random() + ".json"), "{");

    PoolScan scan = open(1).scan(soon());

    assertThat(scan.volumes()).hasSize(1);
    assertThat(scan.troubles()).singleElement().asString().contains("cannot be read");
  }

  @Test
  void theMarkTellsAMountedPoolFromItsMountPoint() throws IOException {
    FilePool pool = open(1);
    String identity = pool.identity(soon());
    assertThat(pool.identity(soon())).isEqualTo(identity);

    Files.delete(directory.resolve(".mooring-pool"));
    assertThat(open(1).identity(soon())).isNotEqualTo(identity);
    FilePool missing =
        new FilePool(
            "x",
            host.resolve("none"),
            new PoolLimits(1, 95),
            100 * MIB,
            loops,
            new Loops(loops, host.resolve("sys")),
            new BlockDevices(host.resolve("sys")));
    assertThatThrownBy(() -> missing.identity(soon())).hasMessageContaining("does not exist");
  }
}
