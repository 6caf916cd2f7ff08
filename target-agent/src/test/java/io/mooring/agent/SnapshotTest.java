package io.mooring.agent;

import static io.mooring.agent.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.agent.identity.Source;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.agent.volume.SizeRange;
import io.mooring.agent.volume.Volumes;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots and copies over a host in memory. */
class SnapshotTest {
  @TempDir Path directory;
  private World world;
  private Serial volume;

  @BeforeEach
  void boot() {
    world = new World(directory.resolve("state"));
    volume = world.create("pvc").serial();
  }

  private static Source of(SnapshotRecord snapshot) {
    return new Source(Source.Kind.SNAPSHOT, snapshot.serial());
  }

  @Test
  void aSnapshotIsMadeOnceUnderItsName() {
    world.publish(volume, World.NODE_1);
    SnapshotRecord snapshot = world.snapshot(volume, "snap");

    assertThat(world.snapshot(volume, "snap")).isEqualTo(snapshot);
    assertThat(world.pool.snapshots()).containsExactly(snapshot);
    assertThat(snapshot.sizeBytes()).isEqualTo(8 * World.MIB);
    assertThat(snapshot.volume()).isEqualTo(volume);
  }

  @Test
  void itSurvivesARestartOfTheAgent() {
    SnapshotRecord snapshot = world.snapshot(volume, "snap");
    world.restart();

    assertThat(world.host().snapshots().get(World.CLUSTER, "snap")).isEqualTo(snapshot);
    assertThat(world.host().snapshots().list(World.CLUSTER)).containsExactly(snapshot);
  }

  @Test
  void oneThatAnEarlierProcessHadBegunIsNobodysAndGoes() {
    SnapshotRecord begun = world.snapshot(volume, "snap").in(SnapshotRecord.State.CREATING);
    world.pool.put(begun);
    world.restart();

    assertThat(world.host().snapshots().list(World.CLUSTER)).isEmpty();
    assertThat(world.pool.snapshots()).isEmpty();
    SnapshotRecord snapshot = world.snapshot(volume, "snap");
    assertThat(snapshot.serial()).isNotEqualTo(begun.serial());
    assertThat(world.pool.snapshots()).containsExactly(snapshot);
  }

  @Test
  void whatFailedAndCouldNotBeRemovedIsRemovedBeforeAnotherIsMade() {
    world.pool.snapshotFailsAndStays(Failure.unavailable("lvcreate was ended"));
    assertRefused(Kind.UNAVAILABLE, "lvcreate", () -> world.snapshot(volume, "snap"));
    assertThat(world.pool.snapshots()).hasSize(1);

    SnapshotRecord answered = world.snapshot(volume, "snap");

    assertThat(world.pool.snapshots()).containsExactly(answered);
    world.restart();
    assertThat(world.snapshot(volume, "snap")).isEqualTo(answered);
  }

  @Test
  void aNameOfAnotherVolumesSnapshotIsRefused() {
    world.snapshot(volume, "snap");
    Serial other = world.create("other").serial();

    assertRefused(Kind.ALREADY_EXISTS, "another name", () -> world.snapshot(other, "snap"));
    assertRefused(Kind.NOT_FOUND, "no volume", () -> world.snapshot(Serial.random(), "second"));
  }

  @Test
  void aCopyHoldsItsSourceAndMayBeLarger() {
    Source snapshot = of(world.snapshot(volume, "snap"));

    VolumeRecord same = world.createFrom(snapshot, "same", 0);
    VolumeRecord larger = world.createFrom(snapshot, "larger", 12 * World.MIB);
    VolumeRecord ofVolume = world.createFrom(new Source(Source.Kind.VOLUME, volume), "clone", 1);

    assertThat(same.sizeBytes()).isEqualTo(8 * World.MIB);
    assertThat(larger.sizeBytes()).isEqualTo(12 * World.MIB);
    assertThat(ofVolume.sizeBytes()).isEqualTo(8 * World.MIB);
    assertThat(larger.source()).contains(snapshot);
    assertThat(world.createFrom(snapshot, "larger", 12 * World.MIB)).isEqualTo(larger);
    world.restart();
    assertThat(world.host().volumes().get(World.CLUSTER, larger.serial())).isEqualTo(larger);
  }

  @Test
  void aCopyThatCannotBeIsRefused() {
    Source snapshot = of(world.snapshot(volume, "snap"));

    assertRefused(
        Kind.ALREADY_EXISTS, "no copy", () -> world.createFrom(snapshot, "pvc", 8 * World.MIB));
    assertRefused(
        Kind.NOT_FOUND,
        "no snapshot",
        () -> world.createFrom(new Source(Source.Kind.SNAPSHOT, Serial.random()), "copy", 0));
    assertRefused(
        Kind.NOT_FOUND,
        "no volume",
        () -> world.createFrom(new Source(Source.Kind.VOLUME, Serial.random()), "copy", 0));
    assertRefused(
        Kind.OUT_OF_RANGE,
        "limit",
        () -> create("fast", new SizeRange(0, 4 * World.MIB), snapshot));
    assertRefused(
        Kind.INVALID_ARGUMENT, "same pool", () -> create("slow", new SizeRange(0, 0), snapshot));
    assertThat(world.pool.disk()).hasSize(1);
  }

  private VolumeRecord create(String pool, SizeRange size, Source source) {
    return world
        .host()
        .volumes()
        .create(
            new Volumes.Order(World.CLUSTER, "copy", pool, size, Optional.of(source)),
            World.soon());
  }

  @Test
  void volumeSnapshotAndCopyGoInAnyOrder() {
    SnapshotRecord snapshot = world.snapshot(volume, "snap");
    VolumeRecord copy = world.createFrom(of(snapshot), "copy", 0);

    world.delete(volume);
    world.deleteSnapshot(snapshot.serial());
    world.deleteSnapshot(snapshot.serial());

    assertThat(world.pool.disk().keySet()).containsExactly(copy.serial());
    assertThat(world.pool.snapshots()).isEmpty();
    world.delete(copy.serial());
    assertThat(world.pool.disk()).isEmpty();
  }

  @Test
  void anotherClusterSeesNone() {
    SnapshotRecord snapshot = world.snapshot(volume, "snap");

    assertThat(world.host().snapshots().list("other")).isEmpty();
    world.host().snapshots().delete("other", snapshot.serial(), World.soon());
    assertThat(world.pool.snapshots()).containsExactly(snapshot);
    assertRefused(
        Kind.NOT_FOUND,
        "no snapshot",
        () -> world.host().snapshots().get("other", snapshot.serial()));
  }

  @Test
  void aFullPoolTakesNoSnapshot() {
    world
        .host()
        .volumes()
        .create(World.order("large", 1012 * World.MIB, Optional.empty()), World.soon());

    assertRefused(Kind.RESOURCE_EXHAUSTED, "over-commit", () -> world.snapshot(volume, "snap"));
    assertThat(world.pool.snapshots()).isEmpty();
  }
}
