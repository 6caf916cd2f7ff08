package io.mooring.agent;

import static io.mooring.agent.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.agent.identity.GroupRecord;
import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.agent.identity.Source;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.agent.volume.SizeRange;
import io.mooring.agent.volume.Volumes;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots of several volumes at one moment, over a host in memory. */
class GroupSnapshotTest {
  @TempDir Path directory;
  private World world;
  private Serial data;
  private Serial log;

  @BeforeEach
  void boot() {
    world = new World(directory.resolve("state"));
    data = world.create("data").serial();
    log = world.create("log").serial();
  }

  private List<SnapshotRecord> listed() {
    return world.host().snapshots().list(World.CLUSTER);
  }

  @Test
  void aGroupIsMadeOnceUnderItsName() {
    world.publish(data, World.NODE_1);
    GroupRecord group = world.group("group", data, log);

    assertThat(world.group("group", log, data)).isEqualTo(group);
    assertThat(group.finished()).isTrue();
    assertThat(group.volumes()).containsExactlyInAnyOrder(data, log);
    assertThat(world.host().groups().get(World.CLUSTER, group.serial())).isEqualTo(group);
    assertThat(listed()).hasSize(2).isEqualTo(world.pool.snapshots());
    assertThat(listed()).extracting(SnapshotRecord::createdAt).containsOnly(group.createdAt());
    assertThat(world.pool.together().still()).isEmpty();
  }

  @Test
  void itSurvivesTheLossOfTheStateDirectory() {
    GroupRecord group = world.group("group", data, log);
    World other = new World(directory.resolve("lost"));
    world.pool.disk().values().forEach(other.pool::put);
    world.pool.snapshots().forEach(other.pool::put);
    other.restart();

    assertThat(other.host().groups().get(World.CLUSTER, group.serial())).isEqualTo(group);
    assertThat(other.group("group", data, log)).isEqualTo(group);
  }

  @Test
  void aNameOfAnotherGroupIsRefused() {
    world.group("group", data, log);

    assertRefused(Kind.ALREADY_EXISTS, "another name", () -> world.group("group", data));
    assertThat(world.snapshot(data, "group").name()).isEqualTo("group");
    assertRefused(Kind.NOT_FOUND, "no volume", () -> world.group("second", data, Serial.random()));
    assertThat(listed()).hasSize(3);
  }

  @Test
  void aMemberGoesOnlyWithItsGroup() {
    GroupRecord group = world.group("group", data, log);
    SnapshotRecord member = group.members().getFirst();

    assertRefused(
        Kind.INVALID_ARGUMENT,
        group.serial().digits(),
        () -> world.deleteSnapshot(member.serial()));

    world.deleteGroup(group);
    world.deleteGroup(group);
    world.deleteSnapshot(member.serial());
    assertThat(listed()).isEmpty();
    assertThat(world.pool.snapshots()).isEmpty();
    assertRefused(
        Kind.NOT_FOUND,
        "no group snapshot",
        () -> world.host().groups().get(World.CLUSTER, group.serial()));
  }

  @Test
  void aMemberCanBeCopiedAndOutlivesItsVolume() {
    GroupRecord group = world.group("group", data, log);
    Source source = new Source(Source.Kind.SNAPSHOT, group.members().getFirst().serial());
    world.delete(data);
    world.delete(log);

    VolumeRecord copy = world.createFrom(source, "copy", 0);
    world.deleteGroup(group);

    assertThat(world.pool.disk().keySet()).containsExactly(copy.serial());
  }

  @Test
  void snapshotsThatAreNotItsOwnAreNotTakenForIt() {
    GroupRecord group = world.group("group", data, log);
    Serial first = group.members().get(0).serial();
    Serial second = group.members().get(1).serial();
    Serial other = world.snapshot(data, "snap").serial();

    assertMismatch(group, Set.of(first));
    assertMismatch(group, Set.of(first, second, other));
    assertThat(listed()).hasSize(3);

    world
        .host()
        .groups()
        .delete(
            World.CLUSTER, group.serial(), Set.of(first, second, Serial.random()), World.soon());
    assertThat(listed()).extracting(SnapshotRecord::serial).containsExactly(other);
  }

  private void assertMismatch(GroupRecord group, Set<Serial> said) {
    assertRefused(
        Kind.INVALID_ARGUMENT,
        "give its own",
        () -> world.host().groups().delete(World.CLUSTER, group.serial(), said, World.soon()));
  }

  @Test
  void anotherClusterSeesNone() {
    GroupRecord group = world.group("group", data, log);

    world.host().groups().delete("other", group.serial(), Set.of(), World.soon());

    assertThat(listed()).hasSize(2);
    assertRefused(
        Kind.NOT_FOUND,
        "no group snapshot",
        () -> world.host().groups().get("other", group.serial()));
  }

  @Test
  void volumesOfTwoPoolsAreRefused() {
    Serial slow =
        world
            .host()
            .volumes()
            .create(
                new Volumes.Order(
                    World.CLUSTER, "slow", "slow", new SizeRange(1, 0), Optional.empty()),
                World.soon())
            .serial();

    assertRefused(
        Kind.FAILED_PRECONDITION, "only volumes of one pool", () -> world.group("g", data, slow));
  }

  @Test
  void aPoolThatCannotHoldVolumesStillRefuses() {
    world.pool.makesNoGroups();

    assertRefused(Kind.FAILED_PRECONDITION, "take another", () -> world.group("group", data, log));
    assertThat(world.pool.snapshots()).isEmpty();
  }

  @Test
  void aFailureLeavesNothing() {
    world.pool.together().fails(Failure.internal("lvcreate failed"), 1);

    assertRefused(Kind.INTERNAL, "lvcreate failed", () -> world.group("group", data, log));

    assertThat(world.pool.snapshots()).isEmpty();
    assertThat(world.pool.together().still()).isEmpty();
    assertThat(world.group("group", data).volumes()).containsExactly(data);
  }

  @Test
  void whatCouldNotBeUndoneIsSeenByNobodyAndRemovedLater() {
    world.pool.together().fails(Failure.internal("lvcreate failed"), 2);
    world.pool.together().removalFails(Failure.internal("lvremove failed"));
    Serial third = world.create("third").serial();

    assertRefused(Kind.INTERNAL, "lvcreate failed", () -> world.group("g", data, log, third));

    assertThat(world.pool.snapshots()).hasSize(1);
    assertThat(listed()).isEmpty();
    Serial left = world.pool.snapshots().getFirst().serial();
    assertRefused(
        Kind.NOT_FOUND,
        "no snapshot",
        () -> world.createFrom(new Source(Source.Kind.SNAPSHOT, left), "copy", 0));
    assertThat(world.host().repair().pass().problems()).isEmpty();
    assertThat(world.pool.snapshots()).isEmpty();
  }

  @Test
  void aRemovalThatFailsInTheMiddleIsFinishedByTheReconciler() {
    GroupRecord group = world.group("group", data, log);
    world.pool.together().removalFails(Failure.internal("lvremove failed"));

    assertRefused(Kind.INTERNAL, "lvremove failed", () -> world.deleteGroup(group));

    assertThat(listed()).isEmpty();
    assertThat(world.pool.snapshots()).hasSize(1);
    world.host().repair().pass();
    assertThat(world.pool.snapshots()).isEmpty();
    world.deleteGroup(group);
  }

  @Test
  void volumesThatADeadAgentHeldStillGoOnBeforeAnythingElse() {
    world.killAfter(3);
    try {
      world.group("group", data, log);
    } catch (World.Killed e) {
      assertThat(world.pool.together().still()).hasSize(2);
    }
    world.pool.isAbsent(Failure.unavailable("its records cannot be read"));

    world.restart();

    assertThat(world.pool.together().still()).isEmpty();
  }
}
