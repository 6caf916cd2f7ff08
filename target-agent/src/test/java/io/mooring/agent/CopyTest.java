package io.mooring.agent;

import static io.mooring.agent.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.agent.identity.Source;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.agent.identity.VolumeRecord.State;
import io.mooring.agent.pool.FakeCopying;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots and copies that take time, over a host in memory. */
class CopyTest {
  @TempDir Path directory;
  private World world;
  private FakeCopying copying;
  private Serial volume;

  @BeforeEach
  void bootWithAPoolThatCopiesByteByByte() {
    world = new World(directory.resolve("state"));
    copying = world.pool.copiesInPieces(4);
    volume = world.create("pvc").serial();
  }

  private void copyOnePiece() {
    assertThat(world.host().copies().step(world.pool)).isLessThan(Duration.ofSeconds(1));
  }

  private SnapshotRecord current(SnapshotRecord snapshot) {
    return world.host().snapshots().get(World.CLUSTER, snapshot.serial());
  }

  private static Source of(SnapshotRecord snapshot) {
    return new Source(Source.Kind.SNAPSHOT, snapshot.serial());
  }

  private Source ofVolume() {
    return new Source(Source.Kind.VOLUME, volume);
  }

  @Test
  void aSnapshotIsAnsweredAtOnceAndReadyWhenItIsWhole() {
    SnapshotRecord snapshot = world.snapshot(volume, "snap");
    assertThat(snapshot.isReady()).isFalse();

    for (int piece = 0; piece < 3; piece++) {
      copyOnePiece();
      assertThat(world.snapshot(volume, "snap")).isEqualTo(snapshot);
      assertThat(world.host().snapshots().list(World.CLUSTER)).containsExactly(snapshot);
    }
    copyOnePiece();

    SnapshotRecord ready = snapshot.in(SnapshotRecord.State.READY);
    assertThat(world.snapshot(volume, "snap")).isEqualTo(ready);
    assertThat(world.pool.snapshots()).containsExactly(ready);
  }

  @Test
  void aVolumeThatANodeCouldWriteIsNotCopied() {
    world.publish(volume, World.NODE_1);

    assertRefused(Kind.FAILED_PRECONDITION, "unpublish", () -> world.snapshot(volume, "snap"));
    assertRefused(
        Kind.FAILED_PRECONDITION, "unpublish", () -> world.createFrom(ofVolume(), "copy", 0));
    assertThat(world.pool.snapshots()).isEmpty();
    assertThat(world.pool.disk()).hasSize(1);
  }

  @Test
  void aVolumeIsPublishedAndDeletedOnlyWhenItsCopyIsWhole() {
    SnapshotRecord snapshot = world.snapshot(volume, "snap");
    copyOnePiece();

    assertRefused(Kind.ABORTED, "2 of 8 MiB", () -> world.publish(volume, World.NODE_1));
    assertRefused(Kind.ABORTED, "snap", () -> world.delete(volume));
    world.restart();
    assertRefused(Kind.ABORTED, "being copied", () -> world.publish(volume, World.NODE_1));

    world.copyAll();
    assertThat(World.lun(world.publish(volume, World.NODE_1), World.NODE_1)).isEqualTo(1);
    assertThat(current(snapshot).isReady()).isTrue();
  }

  @Test
  void aCopyOfASnapshotHoldsUpNothingButTheSnapshotsRemoval() {
    SnapshotRecord snapshot = world.snapshot(volume, "snap");
    world.copyAll();
    world.publish(volume, World.NODE_1);

    assertRefused(Kind.ABORTED, "being copied", () -> world.createFrom(of(snapshot), "copy", 0));

    assertRefused(
        Kind.ABORTED, "is being copied to", () -> world.deleteSnapshot(snapshot.serial()));
    world.copyAll();
    VolumeRecord copy = world.createFrom(of(snapshot), "copy", 0);
    world.deleteSnapshot(snapshot.serial());
    assertThat(world.publish(copy.serial(), World.NODE_2).state()).isEqualTo(State.READY);
  }

  @Test
  void aVolumeIsNotMadeFromASnapshotThatIsNotReady() {
    SnapshotRecord snapshot = world.snapshot(volume, "snap");
    copyOnePiece();

    assertRefused(Kind.ABORTED, "is not ready", () -> world.createFrom(of(snapshot), "copy", 0));
    assertThat(world.pool.disk()).hasSize(1);
  }

  @Test
  void aCopyIsNobodysVolumeBeforeItIsWhole() {
    assertRefused(Kind.ABORTED, "being copied", () -> world.createFrom(ofVolume(), "copy", 0));
    copyOnePiece();
    assertRefused(Kind.ABORTED, "2 of 8 MiB", () -> world.createFrom(ofVolume(), "copy", 0));
    assertRefused(
        Kind.ABORTED, "2 of 8 MiB", () -> world.host().volumes().get(World.CLUSTER, "copy"));
    assertRefused(Kind.ALREADY_EXISTS, "a copy of", () -> world.create("copy"));
    assertThat(world.host().volumes().list(World.CLUSTER)).hasSize(1);

    world.copyAll();

    assertThat(world.createFrom(ofVolume(), "copy", 0).state()).isEqualTo(State.READY);
    assertThat(world.pool.disk()).hasSize(2);
  }

  @Test
  void aCopyBecomesWholeWithoutACaller() {
    SnapshotRecord snapshot = world.snapshot(volume, "snap");

    try (Copier copier = new Copier(world.host().copies(), List.of(world.pool))) {
      copier.start();
      assertThat(
              Poll.SYSFS.until(
                  Deadline.after(Duration.ofSeconds(20)), () -> current(snapshot).isReady()))
          .isTrue();
    }
  }

  @Test
  void copiesUnderWayGoOnAfterARestart() {
    SnapshotRecord snapshot = world.snapshot(volume, "snap");
    assertRefused(Kind.ABORTED, "being copied", () -> world.createFrom(ofVolume(), "copy", 0));
    copyOnePiece();

    world.restart();

    assertThat(current(snapshot).isReady()).isFalse();
    world.copyAll();
    assertThat(current(snapshot).isReady()).isTrue();
    assertThat(world.createFrom(ofVolume(), "copy", 0).state()).isEqualTo(State.READY);
  }

  @Test
  void aSnapshotThatIsNotReadyCanBeDeleted() {
    SnapshotRecord snapshot = world.snapshot(volume, "snap");
    copyOnePiece();

    world.deleteSnapshot(snapshot.serial());
    world.copyAll();

    assertThat(world.pool.snapshots()).isEmpty();
    world.publish(volume, World.NODE_1);
  }

  @Test
  void aCopyInTroubleIsReportedAndLetsTheOthersGo() {
    SnapshotRecord stuck = world.snapshot(volume, "stuck");
    copying.fails(stuck.serial(), Failure.resourceExhausted("the file system is full"));
    assertThat(world.host().copies().step(world.pool)).isGreaterThan(Duration.ofSeconds(1));
    SnapshotRecord other = world.snapshot(volume, "other");

    for (int piece = 0; piece < 4; piece++) {
      copyOnePiece();
    }

    assertThat(current(other).isReady()).isTrue();
    assertThat(world.host().repair().pass().problems())
        .singleElement()
        .asString()
        .contains("stuck", "the file system is full");
    assertRefused(
        Kind.ABORTED, "the file system is full", () -> world.publish(volume, World.NODE_1));
    copying.worksAgain();
    world.copyAll();
    assertThat(current(stuck).isReady()).isTrue();
    assertThat(world.host().repair().pass().problems()).isEmpty();
  }
}
