package io.mooring.agent.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.agent.block.BlockDevices;
import io.mooring.agent.identity.Publication;
import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.agent.identity.Source;
import io.mooring.agent.identity.VolumeLimits;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.agent.identity.VolumeRecord.State;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.HostCommands;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pool whose file system cannot share blocks: real copies by real children. */
class FileCopyTest {
  private static final long MIB = 1 << 20;

  /** The smallest piece is 4 MiB. */
  private static final long RATE = MIB;

  @TempDir Path host;
  private Path directory;
  private FakeLoops loops;
  private FilePool pool;
  private VolumeRecord volume;

  @BeforeEach
  void makeAVolumeWithDataAtBothEnds() throws IOException {
    directory = Files.createDirectories(host.resolve("pool"));
    Files.createDirectories(host.resolve("dev"));
    loops = new FakeLoops(host);
    loops.sharesNothing();
    pool = open();
    volume = create(order(16 * MIB, Optional.empty()));
    write(0, "beginning");
    write(15 * MIB, "end");
  }

  private FilePool open() {
    FilePool opened =
        new FilePool(
            "files",
            directory,
            new PoolLimits(1, 100),
            RATE,
            loops,
            new Loops(loops, host.resolve("sys")),
            new BlockDevices(host.resolve("sys")));
    opened.scan(soon());
    return opened;
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(20));
  }

  private VolumeRecord create(VolumeRecord order) {
    return pool.create(order, soon());
  }

  private static VolumeRecord order(long bytes, Optional<Source> source) {
    return new VolumeRecord(
        Serial.random(),
        "lab",
        "pvc",
        "files",
        bytes,
        State.CREATING,
        List.of(),
        source,
        VolumeLimits.NEVER);
  }

  private VolumeRecord cloneOrder(long bytes) {
    return order(bytes, Optional.of(new Source(Source.Kind.VOLUME, volume.serial())));
  }

  private SnapshotRecord snapshotOrder() {
    return new SnapshotRecord(
        Serial.random(),
        "lab",
        "snap",
        "files",
        volume.sizeBytes(),
        volume.serial(),
        Instant.ofEpochMilli(1_790_000_000_123L));
  }

  private SnapshotRecord snapshot() {
    return pool.snapshot(snapshotOrder(), soon());
  }

  private Piece piece(SnapshotRecord snapshot) {
    return pool.copying().orElseThrow().copy(snapshot, soon());
  }

  private Piece piece(VolumeRecord copy) {
    return pool.copying().orElseThrow().copy(copy, soon());
  }

  private Path image(VolumeRecord of) {
    return directory.resolve(of.serial() + ".img");
  }

  private Path image(SnapshotRecord of) {
    return directory.resolve("snapshots").resolve(of.serial() + ".img");
  }

  private void write(long offset, String text) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(image(volume).toFile(), "rw")) {
      file.seek(offset);
      file.writeBytes(text);
    }
  }

  private static Set<String> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(file -> file.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static void assertRefused(Kind kind, String word, ThrowingCallable call) {
    assertThatThrownBy(call)
        .hasMessageContaining(word)
        .extracting(thrown -> ((Failure) thrown).kind())
        .isEqualTo(kind);
  }

  @Test
  void aSnapshotIsRecordedBeforeItsFirstByteAndHasItsNameWithItsLast() throws IOException {
    SnapshotRecord snapshot = snapshot();

    assertThat(snapshot.state()).isEqualTo(SnapshotRecord.State.COPYING);
    assertThat(pool.scan(soon()).snapshots()).containsExactly(snapshot);
    for (int done = 1; done < 4; done++) {
      assertThat(image(snapshot)).doesNotExist();
      Piece piece = piece(snapshot);
      assertThat(piece.copiedBytes()).isEqualTo(4 * MIB * done);
      assertThat(piece.whole()).isFalse();
    }
    assertThat(piece(snapshot).whole()).isTrue();

    assertThat(image(snapshot)).hasSameBinaryContentAs(image(volume));
    assertThat(Files.getPosixFilePermissions(image(snapshot))).hasSize(2);
    assertThat(open().scan(soon()).snapshots())
        .containsExactly(snapshot.in(SnapshotRecord.State.READY));
    assertThat(files(directory.resolve("snapshots"))).hasSize(2);
  }

  @Test
  void holesStayHoles() {
    SnapshotRecord snapshot = snapshot();
    while (!piece(snapshot).whole()) {
      // on
    }

    String blocks =
        new HostCommands()
            .run(Command.of("stat", "-c", "%b", image(snapshot).toString()), soon())
            .stdout();
    assertThat(Long.parseLong(blocks.strip()) * 512).isLessThanOrEqualTo(2 * MIB);
  }

  @Test
  void aCopyMayBeLargerThanItsSource() throws IOException {
    VolumeRecord copy = create(cloneOrder(24 * MIB));
    assertThat(copy.state()).isEqualTo(State.COPYING);
    while (!piece(copy).whole()) {
      // on
    }

    assertThat(Files.size(image(copy))).isEqualTo(24 * MIB);
    try (RandomAccessFile file = new RandomAccessFile(image(copy).toFile(), "rw")) {
      file.setLength(16 * MIB);
    }
    assertThat(image(copy)).hasSameBinaryContentAs(image(volume));
    assertThat(open().scan(soon()).volumes())
        .containsExactlyInAnyOrder(volume, copy.in(State.READY));
  }

  @Test
  void aVolumeOfASnapshotIsMadeWhileTheVolumeChanges() throws IOException {
    SnapshotRecord snapshot = snapshot();
    while (!piece(snapshot).whole()) {
      // on
    }
    VolumeRecord published =
        volume.with(new Publication("8e2f1a3c-0000-4000-8000-000000000001", "w", 9, false));
    pool.save(volume, published, soon());
    write(0, "something else");

    VolumeRecord copy =
        create(order(16 * MIB, Optional.of(new Source(Source.Kind.SNAPSHOT, snapshot.serial()))));
    while (!piece(copy).whole()) {
      // on
    }

    assertThat(image(copy)).hasSameBinaryContentAs(image(snapshot));
  }

  @Test
  void aVolumeThatSomebodyCouldWriteIsNotCopied() throws IOException {
    pool.device(volume, soon());
    assertRefused(Kind.ABORTED, "losetup --detach", this::snapshot);
    pool.release(volume, soon());
    VolumeRecord published =
        volume.with(new Publication("8e2f1a3c-0000-4000-8000-000000000001", "w", 9, false));
    pool.save(volume, published, soon());

    assertRefused(Kind.FAILED_PRECONDITION, "xfs with reflink=1", this::snapshot);
    assertRefused(
        Kind.FAILED_PRECONDITION, "unpublish it first", () -> create(cloneOrder(16 * MIB)));

    assertThat(files(directory.resolve("snapshots"))).isEmpty();
  }

  @Test
  void aCopyThatADeadAgentLeftIsBegunAgainAndItsChildCanHarmNothing() throws IOException {
    SnapshotRecord snapshot = snapshot();
    piece(snapshot);
    piece(snapshot);
    Set<String> before = files(directory.resolve("snapshots"));
    assertThat(before).hasSize(2);

    pool = open();

    assertThat(pool.scan(soon()).snapshots()).containsExactly(snapshot);
    assertThat(files(directory.resolve("snapshots"))).containsExactly(snapshot.serial() + ".json");
    assertThat(new HostCommands().run(loops.copier(), soon()).succeeded()).isFalse();
    assertThat(files(directory.resolve("snapshots"))).containsExactly(snapshot.serial() + ".json");
    assertThat(piece(snapshot).copiedBytes()).isEqualTo(4 * MIB);
    while (!piece(snapshot).whole()) {
      // on
    }
    assertThat(image(snapshot)).hasSameBinaryContentAs(image(volume));
  }

  @Test
  void anAgentThatDiedBeforeTheRecordSaidSoFindsTheCopyWhole() {
    VolumeRecord copy = create(cloneOrder(16 * MIB));
    while (!piece(copy).whole()) {
      // on
    }
    pool.save(copy.in(State.READY), copy, soon());

    pool = open();

    assertThat(pool.scan(soon()).volumes()).containsExactlyInAnyOrder(volume, copy);
    assertThat(piece(copy).whole()).isTrue();
    assertThat(pool.scan(soon()).volumes()).containsExactlyInAnyOrder(volume, copy.in(State.READY));
  }

  @Test
  void aScanLeavesACopyUnderWayAlone() {
    VolumeRecord copy = create(cloneOrder(16 * MIB));
    piece(copy);

    pool.scan(soon());

    assertThat(piece(copy).copiedBytes()).isEqualTo(8 * MIB);
  }

  @Test
  void nothingStaysOfACopyThatIsRemovedInTheMiddle() throws IOException {
    SnapshotRecord snapshot = snapshot();
    piece(snapshot);
    pool.removeSnapshot(snapshot, soon());
    VolumeRecord copy = create(cloneOrder(16 * MIB));
    piece(copy);
    pool.remove(copy, soon());

    assertThat(files(directory.resolve("snapshots"))).isEmpty();
    assertThat(files(directory))
        .containsExactlyInAnyOrder(
            volume.serial() + ".img", volume.serial() + ".json", "snapshots");
    assertThat(pool.scan(soon()).volumes()).containsExactly(volume);
  }

  @Test
  void aSourceThatSomebodyCutIsNotTakenForWhole() throws IOException {
    SnapshotRecord snapshot = snapshot();
    piece(snapshot);
    try (RandomAccessFile file = new RandomAccessFile(image(volume).toFile(), "rw")) {
      file.setLength(6 * MIB);
    }

    assertRefused(Kind.INTERNAL, "could not copy", () -> piece(snapshot));
    assertRefused(Kind.FAILED_PRECONDITION, "6291456 bytes", () -> piece(snapshot));
    assertThat(files(directory.resolve("snapshots"))).containsExactly(snapshot.serial() + ".json");
  }

  @Test
  void aSourceThatGrewSinceIsCopiedAsItWas() throws IOException {
    SnapshotRecord snapshot = snapshot();
    VolumeRecord copy = create(cloneOrder(16 * MIB));
    pool.grow(volume, 32 * MIB, soon());

    while (!piece(snapshot).whole() || !piece(copy).whole()) {
      // on
    }

    assertThat(Files.size(image(snapshot))).isEqualTo(16 * MIB);
    assertThat(Files.size(image(copy))).isEqualTo(16 * MIB);
  }

  @Test
  void whatTheFileSystemCannotHoldIsRefusedBeforeTheFirstByte() throws IOException {
    loops.everyFileHas(1L << 50);

    assertRefused(Kind.RESOURCE_EXHAUSTED, "extend it", this::snapshot);
    assertThat(files(directory.resolve("snapshots"))).isEmpty();
  }

  @Test
  void theSpaceThatACopyWaitsForIsNotGivenToAnother() throws IOException {
    loops.everyFileHas(Files.getFileStore(directory).getUsableSpace() / 512 * 6 / 10);
    SnapshotRecord first = snapshot();

    assertRefused(Kind.RESOURCE_EXHAUSTED, "extend it", this::snapshot);
    assertRefused(
        Kind.RESOURCE_EXHAUSTED, "extend it", () -> create(cloneOrder(volume.sizeBytes())));

    pool.removeSnapshot(first, soon());
    assertThat(snapshot().isReady()).isFalse();
  }

  @Test
  void thePauseAfterAPieceKeepsTheRateAndHolesCostNone() throws IOException {
    byte[] data = new byte[(int) (4 * MIB)];
    new Random(1).nextBytes(data);
    try (RandomAccessFile file = new RandomAccessFile(image(volume).toFile(), "rw")) {
      file.write(data);
    }
    SnapshotRecord snapshot = snapshot();

    assertThat(piece(snapshot).rest()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(5));
    assertThat(piece(snapshot).rest()).isZero();
  }
}
