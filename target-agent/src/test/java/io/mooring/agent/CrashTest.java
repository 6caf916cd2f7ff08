package io.mooring.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.mooring.agent.identity.GroupRecord;
import io.mooring.agent.identity.Membership;
import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.agent.identity.Source;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.agent.identity.VolumeRecord.State;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the agent before the first, the second, the third … change that a call makes to the host,
 * starts it again and repeats the call. Whatever the step, the end is the same as without a crash.
 */
class CrashTest {
  @TempDir Path directory;
  private int worlds;

  private World world() throws IOException {
    return new World(Files.createDirectories(directory.resolve("state-" + worlds++)));
  }

  /** What is on the disks and in the kernel, with serials that do not depend on chance. */
  private static Map<String, String> state(World world) {
    Map<String, String> state = new java.util.TreeMap<>();
    world
        .kernel
        .objects()
        .forEach((path, value) -> state.put(anonymous(world, path), anonymous(world, value)));
    world
        .pool
        .disk()
        .values()
        .forEach(volume ->
            state.merge(
                "disk/" + volume.name(),
                anonymous(world, volume.toString()),
                (one, twin) -> one + " and " + twin));
    world
        .pool
        .snapshots()
        .forEach(snapshot ->
            state.merge(
                "snapshot/" + snapshot.name() + anonymous(world, snapshot.volume().digits()),
                snapshot.state() + " " + snapshot.group().map(Membership::finished),
                (one, twin) -> one + " and " + twin));
    world.pool.together().still().forEach(volume -> state.put("still/" + volume, "waits"));
    // Adapter and targets may stay behind: they hold nothing.
    state.keySet().removeIf(path -> path.equals("core/iblock_9750"));
    return state;
  }

  private static String anonymous(World world, String text) {
    String replaced = text;
    for (SnapshotRecord snapshot : world.pool.snapshots()) {
      replaced = replaced.replace(snapshot.serial().digits(), "serial of " + snapshot.name());
    }
    for (VolumeRecord volume : world.pool.disk().values()) {
      replaced = replaced.replace(volume.serial().digits(), "serial of " + volume.name());
    }
    return replaced;
  }

  private interface Preparation {
    Serial in(World world);
  }

  private void killAtEachStep(Preparation preparation, Consumer<World> call) throws IOException {
    World calm = world();
    preparation.in(calm);
    call.accept(calm);
    Map<String, String> expected = state(calm);
    for (int step = 0; step < 100; step++) {
      World world = world();
      preparation.in(world);
      world.killAfter(step);
      boolean killed = false;
      try {
        call.accept(world);
      } catch (World.Killed e) {
        killed = true;
      }
      world.restart();
      call.accept(world);
      world.host().repair().pass();
      assertThat(state(world)).as("killed before change %d", step).isEqualTo(expected);
      if (!killed) {
        assertThat(step).as("number of changes").isGreaterThan(1);
        return;
      }
    }
    fail("the call makes no end of changes");
  }

  private static Serial only(World world) {
    return world.pool.disk().keySet().iterator().next();
  }

  private static Serial publishedVolume(World world) {
    VolumeRecord volume = world.create("pvc");
    world.publish(volume.serial(), World.NODE_1);
    return volume.serial();
  }

  @Test
  void createConverges() throws IOException {
    killAtEachStep(_ -> Serial.random(), world -> world.create("pvc"));
  }

  @Test
  void growthConverges() throws IOException {
    killAtEachStep(CrashTest::publishedVolume, world -> world.grow(only(world), 12 * World.MIB));
  }

  @Test
  void aSnapshotConverges() throws IOException {
    killAtEachStep(CrashTest::publishedVolume, world -> world.snapshot(only(world), "snap"));
  }

  @Test
  void aCopyOfASnapshotConverges() throws IOException {
    Serial[] snapshot = new Serial[1];
    killAtEachStep(
        world -> {
          Serial volume = world.create("pvc").serial();
          snapshot[0] = world.snapshot(volume, "snap").serial();
          return volume;
        },
        world ->
            world.createFrom(
                new Source(Source.Kind.SNAPSHOT, snapshot[0]), "copy", 12 * World.MIB));
  }

  @Test
  void theRemovalOfASnapshotConverges() throws IOException {
    Serial[] snapshot = new Serial[1];
    killAtEachStep(
        world -> {
          Serial volume = world.create("pvc").serial();
          snapshot[0] = world.snapshot(volume, "snap").serial();
          return volume;
        },
        world -> world.deleteSnapshot(snapshot[0]));
  }

  @Test
  void aSnapshotThatIsCopiedPieceByPieceConverges() throws IOException {
    killAtEachStep(
        world -> {
          world.pool.copiesInPieces(3);
          return world.create("pvc").serial();
        },
        world -> {
          world.snapshot(only(world), "snap");
          world.copyAll();
          assertThat(world.snapshot(only(world), "snap").isReady()).isTrue();
        });
  }

  @Test
  void aVolumeThatIsCopiedPieceByPieceConverges() throws IOException {
    Serial[] origin = new Serial[1];
    killAtEachStep(
        world -> {
          world.pool.copiesInPieces(3);
          origin[0] = world.create("pvc").serial();
          return origin[0];
        },
        world -> {
          Source source = new Source(Source.Kind.VOLUME, origin[0]);
          try {
            world.createFrom(source, "copy", 12 * World.MIB);
          } catch (Failure e) {
            assertThat(e.kind()).isEqualTo(Kind.ABORTED);
          }
          world.copyAll();
          assertThat(world.createFrom(source, "copy", 12 * World.MIB).state())
              .isEqualTo(State.READY);
        });
  }

  @Test
  void theRemovalOfASnapshotThatIsNotReadyConverges() throws IOException {
    Serial[] snapshot = new Serial[1];
    killAtEachStep(
        world -> {
          world.pool.copiesInPieces(3);
          Serial volume = world.create("pvc").serial();
          snapshot[0] = world.snapshot(volume, "snap").serial();
          world.host().copies().step(world.pool);
          return volume;
        },
        world -> {
          world.deleteSnapshot(snapshot[0]);
          world.copyAll();
        });
  }

  private static Serial[] volumes(World world) {
    return world.pool.disk().keySet().toArray(new Serial[0]);
  }

  private static Serial twoVolumes(World world) {
    world.publish(world.create("data").serial(), World.NODE_1);
    return world.create("log").serial();
  }

  @Test
  void aGroupSnapshotConverges() throws IOException {
    killAtEachStep(CrashTest::twoVolumes, world -> world.group("group", volumes(world)));
  }

  @Test
  void theRemovalOfAGroupSnapshotConverges() throws IOException {
    GroupRecord[] group = new GroupRecord[1];
    killAtEachStep(
        world -> {
          Serial volume = twoVolumes(world);
          group[0] = world.group("group", volumes(world));
          return volume;
        },
        world -> world.deleteGroup(group[0]));
  }

  @Test
  void aHalfMadeGroupThatNobodyAsksForAgainIsRemovedAndNoVolumeWaits() throws IOException {
    for (int step = 0; step < 8; step++) {
      World world = world();
      twoVolumes(world);
      world.killAfter(step);
      try {
        world.group("group", volumes(world));
      } catch (World.Killed e) {
        assertThat(world.pool.snapshots())
            .noneMatch(one -> one.group().map(Membership::finished).orElse(true));
      }
      world.restart();
      assertThat(world.pool.together().still()).as("killed before change %d", step).isEmpty();
      assertThat(world.pool.snapshots()).as("killed before change %d", step).isEmpty();
    }
  }

  @Test
  void aGroupThatIsFinishedInPartIsFinished() throws IOException {
    World world = world();
    twoVolumes(world);
    GroupRecord group = world.group("group", volumes(world));
    SnapshotRecord last = group.members().getLast();
    world.pool.put(last.in(new Membership(group.serial(), false)));

    world.restart();

    assertThat(world.pool.snapshots()).isEqualTo(group.members());
    assertThat(world.host().groups().get(World.CLUSTER, group.serial())).isEqualTo(group);
  }

  @Test
  void publishConverges() throws IOException {
    killAtEachStep(
        world -> world.create("pvc").serial(), world -> world.publish(only(world), World.NODE_1));
  }

  @Test
  void unpublishConverges() throws IOException {
    killAtEachStep(CrashTest::publishedVolume, world -> world.unpublish(only(world), World.NODE_1));
  }

  @Test
  void deleteConverges() throws IOException {
    Serial[] serial = new Serial[1];
    killAtEachStep(
        world -> serial[0] = world.create("pvc").serial(), world -> world.delete(serial[0]));
  }

  @Test
  void aHalfMadeVolumeThatNobodyAsksForAgainIsRemoved() throws IOException {
    for (int step = 0; step < 3; step++) {
      World world = world();
      world.killAfter(step);
      try {
        world.create("pvc");
      } catch (World.Killed e) {
        assertThat(world.pool.disk().values())
            .allMatch(volume -> volume.state() == State.CREATING || volume.state() == State.READY);
      }
      world.restart();
      assertThat(world.pool.disk().values())
          .as("killed before change %d", step)
          .allMatch(volume -> volume.state() == State.READY);
    }
  }
}
