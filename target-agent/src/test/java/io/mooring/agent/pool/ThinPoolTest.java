package io.mooring.agent.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.agent.identity.Publication;
import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.agent.identity.Source;
import io.mooring.agent.identity.VolumeLimits;
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
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThinPoolTest {
  private static final long MIB = 1 << 20;
  private static final Publication NODE =
      new Publication("8e2f1a3c-0000-4000-8000-000000000001", "worker1", 3, false);

  @TempDir Path host;
  private FakeLvm lvm;
  private ThinPool pool;

  @BeforeEach
  void makeThePool() throws IOException {
    lvm = new FakeLvm(host, Samples.read("lvs-thin-pool.json"));
    pool = open(new PoolLimits(1.0, 95));
  }

  private ThinPool open(PoolLimits limits) {
    ThinPool opened = lvm.pool("vg", "thin", limits);
    opened.scan(soon());
    return opened;
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(10));
  }

  private static VolumeRecord order(long bytes) {
    return new VolumeRecord(
        Serial.random(), "lab", "pvc 1", "fast", bytes, State.CREATING, List.of());
  }

  private static Kind kind(Throwable thrown) {
    return ((Failure) thrown).kind();
  }

  @Test
  void aVolumeIsAThinLvThatTellsWhoseItIs() {
    VolumeRecord order = order(64 * MIB);

    pool.create(order, soon());

    assertThat(lvm.tags(order.serial().objectName()))
        .containsExactly("mooring.io/cluster=lab", "mooring.io/name=pvc+201");
    assertThat(open(new PoolLimits(1, 95)).scan(soon()).volumes())
        .containsExactly(order.in(State.READY));
    assertThat(pool.device(order, soon()).sizeBytes()).isEqualTo(64 * MIB);
  }

  @Test
  void aVolumeHoldsDataOnceSomethingIsWritten() {
    VolumeRecord order = order(64 * MIB);
    pool.create(order, soon());
    assertThat(pool.holdsData(order, soon())).isFalse();
    lvm.kernel().write(order.serial().objectName(), 1);
    assertThat(pool.holdsData(order, soon())).isTrue();
  }

  @Test
  void aVolumeIsMarkedUntilItIsMade() {
    pool.create(order(64 * MIB), soon());

    assertThat(lvm.changes().getFirst()).contains("--addtag", Tags.CREATING);
    assertThat(lvm.changes().getLast()).contains("--deltag", Tags.CREATING);
  }

  @Test
  void aHalfMadeVolumeIsCompleted() {
    VolumeRecord order = order(64 * MIB);
    pool.create(order, soon());
    lvm.tags(order.serial().objectName()).add(Tags.CREATING);
    lvm.changes().clear();

    ThinPool restarted = open(new PoolLimits(1, 95));
    assertThat(restarted.scan(soon()).volumes()).containsExactly(order);
    restarted.create(order, soon());

    assertThat(restarted.scan(soon()).volumes()).containsExactly(order.in(State.READY));
    assertThat(lvm.changes()).noneMatch(argv -> argv.getFirst().equals("lvcreate"));
  }

  @Test
  void publicationsAreTags() {
    VolumeRecord volume = order(64 * MIB);
    pool.create(volume, soon());
    VolumeRecord ready = volume.in(State.READY);
    VolumeRecord published = ready.with(NODE);

    pool.save(ready, published, soon());
    assertThat(open(new PoolLimits(1, 95)).scan(soon()).volumes()).containsExactly(published);

    pool.save(published, ready, soon());
    assertThat(pool.scan(soon()).volumes()).containsExactly(ready);
    int changes = lvm.changes().size();
    pool.save(ready, ready, soon());
    assertThat(lvm.changes()).hasSize(changes);
  }

  @Test
  void fromALostVolumeANodeCanStillBeTaken() {
    VolumeRecord volume = order(64 * MIB);
    pool.create(volume, soon());
    VolumeRecord ready = volume.in(State.READY);
    pool.save(ready, ready.with(NODE), soon());
    pool.remove(volume, soon());

    pool.save(ready.with(NODE), ready, soon());

    assertThatThrownBy(() -> pool.save(ready, ready.with(NODE), soon()))
        .isInstanceOf(Failure.class);
  }

  @Test
  void aRemovedVolumeIsGoneAndRemovingAgainIsFine() {
    VolumeRecord volume = order(64 * MIB);
    pool.create(volume, soon());

    pool.remove(volume, soon());
    pool.remove(volume, soon());

    assertThat(lvm.has(volume.serial().objectName())).isFalse();
    assertThat(pool.status(soon()).availableBytes()).isEqualTo(6144 * MIB);
  }

  @Test
  void promisesNeverExceedThePool() {
    lvm.foreign("somebody", 1024 * MIB);
    pool.scan(soon());
    pool.create(order(4096 * MIB), soon());

    assertThat(pool.status(soon()))
        .isEqualTo(
            new PoolStatus(
                6144 * MIB,
                1024 * MIB,
                1024 * MIB,
                "",
                Optional.of(new PoolUse(6144 * MIB, 5120 * MIB, 0, OptionalDouble.of(0.1069)))));
    assertThatThrownBy(() -> pool.create(order(1028 * MIB), soon()))
        .hasMessageContaining("lvextend")
        .extracting(ThinPoolTest::kind)
        .isEqualTo(Kind.RESOURCE_EXHAUSTED);
    assertThatThrownBy(() -> pool.create(order(6148 * MIB), soon()))
        .extracting(ThinPoolTest::kind)
        .isEqualTo(Kind.OUT_OF_RANGE);
    open(new PoolLimits(2.0, 95)).create(order(6148 * MIB), soon());
  }

  @Test
  void aVolumeGrowsAndWhatAnInterruptedGrowthDidIsFound() {
    VolumeRecord volume = order(64 * MIB);
    pool.create(volume, soon());

    assertThat(pool.grow(volume, 128 * MIB, soon())).isEqualTo(128 * MIB);
    assertThat(pool.grow(volume, 128 * MIB, soon())).isEqualTo(128 * MIB);

    assertThat(lvm.changes()).filteredOn(argv -> argv.getFirst().equals("lvextend")).hasSize(1);
    assertThat(pool.device(volume, soon()).sizeBytes()).isEqualTo(128 * MIB);
    assertThat(pool.status(soon()).availableBytes()).isEqualTo((6144 - 128) * MIB);
    assertThatThrownBy(() -> pool.grow(volume, 6148 * MIB, soon()))
        .extracting(ThinPoolTest::kind)
        .isEqualTo(Kind.OUT_OF_RANGE);
  }

  @Test
  void aSnapshotIsAThinLvThatTellsWhatItIs() {
    VolumeRecord volume = order(64 * MIB);
    pool.create(volume, soon());
    SnapshotRecord snapshot = snapshotOf(volume);

    pool.snapshot(snapshot, soon());

    assertThat(lvm.changes().get(lvm.changes().size() - 2))
        .contains("--snapshot", "--setactivationskip", "y", "vg/" + volume.serial().objectName())
        .contains("--addtag", Tags.UNFINISHED);
    assertThat(lvm.changes().getLast()).contains("lvchange", "--deltag", Tags.UNFINISHED);
    assertThat(open(new PoolLimits(1, 95)).scan(soon()).snapshots()).containsExactly(snapshot);
    assertThat(pool.scan(soon()).volumes()).containsExactly(volume.in(State.READY));
    assertThat(pool.status(soon()).availableBytes()).isEqualTo((6144 - 2 * 64) * MIB);

    pool.removeSnapshot(snapshot, soon());
    pool.removeSnapshot(snapshot, soon());
    assertThat(pool.scan(soon()).snapshots()).isEmpty();
  }

  @Test
  void aSnapshotThatWasBegunAndPerhapsNotTakenIsKnownForOne() {
    VolumeRecord volume = order(64 * MIB);
    pool.create(volume, soon());
    SnapshotRecord snapshot = snapshotOf(volume);
    SnapshotRecord begun = snapshot.in(SnapshotRecord.State.CREATING);
    pool.snapshot(snapshot, soon());
    lvm.tags(snapshot.objectName()).add(Tags.UNFINISHED);
    assertThat(pool.scan(soon()).snapshots()).containsExactly(begun);
    assertThat(Tags.of(begun)).contains(Tags.UNFINISHED);
  }

  @Test
  void aCopySharesItsSourcesBlocksAndHasItsOwnSize() {
    VolumeRecord volume = order(64 * MIB);
    pool.create(volume, soon());
    SnapshotRecord snapshot = snapshotOf(volume);
    pool.snapshot(snapshot, soon());
    VolumeRecord copy =
        new VolumeRecord(
            Serial.random(),
            "lab",
            "copy",
            "fast",
            128 * MIB,
            State.CREATING,
            List.of(),
            Optional.of(new Source(Source.Kind.SNAPSHOT, snapshot.serial())),
            VolumeLimits.NEVER);

    pool.create(copy, soon());
    pool.create(copy, soon());

    assertThat(lvm.changes())
        .filteredOn(argv -> argv.contains("--snapshot"))
        .filteredOn(argv -> argv.contains("vg/" + snapshot.objectName()))
        .hasSize(1);
    assertThat(pool.device(copy, soon()).sizeBytes()).isEqualTo(128 * MIB);
    assertThat(pool.scan(soon()).volumes())
        .containsExactlyInAnyOrder(volume.in(State.READY), copy.in(State.READY));
  }

  private static SnapshotRecord snapshotOf(VolumeRecord volume) {
    return new SnapshotRecord(
        Serial.random(),
        "lab",
        "snap 1",
        "fast",
        volume.sizeBytes(),
        volume.serial(),
        Instant.ofEpochMilli(1_790_000_000_123L));
  }

  @Test
  void aFullPoolTakesNoVolumes() {
    assertRefusal("\"data_percent\":\"0.00\"", "\"data_percent\":\"95.10\"", "data");
    assertRefusal("\"metadata_percent\":\"10.69\"", "\"metadata_percent\":\"96.00\"", "metadata");
    assertRefusal("\"vg_mda_free\":\"34073600\"", "\"vg_mda_free\":\"1024\"", "metadata area");
    assertRefusal("\"zero\":\"zero\"", "\"zero\":\"\"", "lvchange --zero y");
    assertThat(lvm.changes()).isEmpty();
  }

  @Test
  void metadataAreFullWhereLvmTakesThemForFull() {
    lvm.poolSays("\"metadata_percent\":\"10.69\"", "\"metadata_percent\":\"75.10\"");
    assertThat(pool.status(soon()).refusal()).isEmpty();
    assertRefusal(
        "\"lv_metadata_size\":\"134217728\"",
        "\"lv_metadata_size\":\"8388608\"",
        "lvextend --poolmetadatasize");
    lvm.poolSays("\"lv_metadata_size\":\"134217728\"", "\"lv_metadata_size\":\"33554432\"");
    assertThat(pool.status(soon()).refusal()).isEmpty();
  }

  @Test
  void onlyAPoolWithoutAnyRoomFailsItsWriters() {
    assertThat(pool.overflow(soon())).isEmpty();
    lvm.poolSays("\"data_percent\":\"0.00\"", "\"data_percent\":\"99.90\"");
    assertThat(pool.overflow(soon())).isEmpty();
    lvm.poolSays("\"data_percent\":\"99.90\"", "\"data_percent\":\"100.00\"");
    assertThat(pool.overflow(soon())).hasValueSatisfying(why -> assertThat(why).contains("full"));
  }

  private void assertRefusal(String good, String bad, String reason) {
    lvm.poolSays(good, bad);
    assertThat(pool.status(soon()).refusal()).contains(reason);
    assertThat(pool.status(soon()).availableBytes()).isZero();
    assertThatThrownBy(() -> pool.create(order(4 * MIB), soon()))
        .hasMessageContaining(reason)
        .extracting(ThinPoolTest::kind)
        .isEqualTo(Kind.RESOURCE_EXHAUSTED);
    lvm.poolSays(bad, good);
    assertThat(pool.status(soon()).refusal()).isEmpty();
  }

  @Test
  void anInactiveVolumeIsActivated() {
    VolumeRecord volume = order(64 * MIB);
    pool.create(volume, soon());
    lvm.kernel().deactivate(volume.serial().objectName());

    assertThat(pool.device(volume, soon()).sizeBytes()).isEqualTo(64 * MIB);
  }

  @Test
  void aLostOrChangedVolumeIsNotServed() throws IOException {
    VolumeRecord volume = order(64 * MIB);
    assertThatThrownBy(() -> pool.device(volume, soon())).hasMessageContaining("is lost");

    pool.create(volume, soon());
    VolumeRecord other = order(64 * MIB);
    pool.create(other, soon());
    Path link = host.resolve("dev/vg").resolve(volume.serial().objectName());
    Path real = link.toRealPath();
    Files.delete(link);
    Files.createSymbolicLink(
        link, host.resolve("dev/vg").resolve(other.serial().objectName()).toRealPath());
    assertThatThrownBy(() -> pool.device(volume, soon())).hasMessageContaining("belongs");

    Files.delete(link);
    Files.createSymbolicLink(link, real);
    Files.writeString(lvm.kernel().sys().resolve(real.getFileName()).resolve("size"), "8");
    assertThatThrownBy(() -> pool.device(volume, soon())).hasMessageContaining("4096 bytes");
  }

  @Test
  void anLvWithoutReadableTagsIsReportedAndNotTouched() {
    lvm.foreign(Serial.random().objectName(), 4 * MIB);
    lvm.foreign("mooring-notes", 4 * MIB);

    assertThat(pool.scan(soon()).volumes()).isEmpty();
    assertThat(pool.scan(soon()).troubles()).singleElement().asString().contains("tags");
    assertThat(lvm.changes()).isEmpty();
  }

  @Test
  void aMissingGroupOrPoolSaysHowToMakeIt() {
    ThinPool noGroup = lvm.pool("none", "thin", new PoolLimits(1, 95));
    assertThatThrownBy(() -> noGroup.identity(soon()))
        .hasMessageContaining("none")
        .extracting(ThinPoolTest::kind)
        .isEqualTo(Kind.UNAVAILABLE);
    ThinPool noPool = lvm.pool("vg", "other", new PoolLimits(1, 95));
    assertThatThrownBy(() -> noPool.identity(soon())).hasMessageContaining("lvcreate");
    assertThat(pool.identity(soon())).contains("rHuHlG").contains("WJexEB");
  }

  @Test
  void sizesAreRoundedUpToExtents() {
    assertThat(pool.roundUp(0, soon())).isEqualTo(4 * MIB);
    assertThat(pool.roundUp(4 * MIB, soon())).isEqualTo(4 * MIB);
    assertThat(pool.roundUp(4 * MIB + 1, soon())).isEqualTo(8 * MIB);
    assertThat(pool.roundUp(Long.MAX_VALUE, soon())).isPositive();
  }
}
