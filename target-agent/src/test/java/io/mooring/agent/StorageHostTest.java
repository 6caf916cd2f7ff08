package io.mooring.agent;

import static io.mooring.agent.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.TargetNames;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.agent.identity.VolumeRecord.State;
import io.mooring.agent.volume.Exports;
import io.mooring.agent.volume.Growth;
import io.mooring.agent.volume.SizeRange;
import io.mooring.agent.volume.Volumes;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The flows over a host in memory. */
class StorageHostTest {
  private static final String GROUP =
      "iscsi/" + new TargetNames("san1").target(World.CLUSTER, World.NODE_1) + "/tpgt_1";

  @TempDir Path directory;
  private World world;

  @BeforeEach
  void boot() {
    world = new World(directory.resolve("state"));
  }

  private Volumes.Order order(String pool, long required, long limit) {
    return new Volumes.Order(
        World.CLUSTER, "pvc", pool, new SizeRange(required, limit), Optional.empty());
  }

  private VolumeRecord create(String pool, long required, long limit) {
    return world.host().volumes().create(order(pool, required, limit), World.soon());
  }

  @Test
  void createTwiceIsOneVolume() {
    VolumeRecord volume = world.create("pvc");

    assertThat(world.create("pvc")).isEqualTo(volume);
    assertThat(world.pool.disk()).hasSize(1);
    assertThat(volume.state()).isEqualTo(State.READY);
  }

  @Test
  void aNameThatIsTakenByAnotherVolumeIsRefused() {
    world.create("pvc");

    assertRefused(Kind.ALREADY_EXISTS, "pool fast", () -> create("slow", 0, 0));
    assertRefused(Kind.ALREADY_EXISTS, "8388608", () -> create("fast", 9 << 20, 0));
    assertRefused(Kind.ALREADY_EXISTS, "8388608", () -> create("fast", 0, 4 << 20));
    assertThat(create("fast", 1, 8 << 20).sizeBytes()).isEqualTo(8 << 20);
  }

  @Test
  void sizesAndPoolsThatCannotBeHadAreRefused() {
    assertRefused(Kind.NOT_FOUND, "fast, slow", () -> create("none", 0, 0));
    assertRefused(Kind.INVALID_ARGUMENT, "negative", () -> create("fast", -1, 0));
    assertRefused(Kind.INVALID_ARGUMENT, "limit", () -> create("fast", 2, 1));
    assertRefused(Kind.OUT_OF_RANGE, "limit", () -> create("fast", 1, 2));
    assertRefused(Kind.OUT_OF_RANGE, "in all", () -> create("fast", 2048 * World.MIB, 0));
    world.create("other");
    assertRefused(
        Kind.RESOURCE_EXHAUSTED, "over-commit", () -> create("fast", 1020 * World.MIB, 0));
    assertThat(world.pool.disk()).hasSize(1);
    assertThat(world.host().volumes().list(World.CLUSTER)).hasSize(1);
  }

  @Test
  void aFailedCreateLeavesNothing() {
    world.pool.createFails(Failure.internal("lvchange failed"));

    assertRefused(Kind.INTERNAL, "lvchange failed", () -> world.create("pvc"));

    assertThat(world.pool.disk()).isEmpty();
    assertRefused(Kind.NOT_FOUND, "pvc", () -> world.host().volumes().get(World.CLUSTER, "pvc"));
    assertThat(world.create("pvc").state()).isEqualTo(State.READY);
  }

  @Test
  void publishIsIdempotentAndNeverChangesItsMind() {
    Serial serial = world.create("pvc").serial();
    VolumeRecord published = world.publish(serial, World.NODE_1);
    List<String> once = world.kernel.journal();

    assertThat(world.publish(serial, World.NODE_1)).isEqualTo(published);
    assertThat(world.kernel.journal()).isEqualTo(once);
    assertThat(world.pool.disk().get(serial)).isEqualTo(published);
    assertRefused(
        Kind.ALREADY_EXISTS,
        "for writing",
        () ->
            world
                .host()
                .exports()
                .publish(
                    new Exports.Order(
                        World.CLUSTER,
                        serial,
                        World.NODE_1,
                        "node " + World.NODE_1,
                        true,
                        World.ALONE,
                        Optional.empty(),
                        true),
                    World.soon()));
  }

  @Test
  void anExclusiveVolumeGoesToOneNodeOnly() {
    Serial serial = world.create("pvc").serial();
    world.publish(serial, World.NODE_1);

    assertRefused(
        Kind.FAILED_PRECONDITION, World.NODE_1, () -> world.publish(serial, World.NODE_2));

    world.unpublish(serial, "");
    assertThat(world.pool.disk().get(serial))
        .extracting(VolumeRecord::publications)
        .isEqualTo(List.of());
    assertThat(world.kernel.children("core/iblock_9750")).isEmpty();
  }

  @Test
  void numbersOfANodeDifferAndThoseOfNodesDoNotMeet() {
    Serial one = world.create("one").serial();
    Serial two = world.create("two").serial();

    assertThat(World.lun(world.publish(one, World.NODE_1, false), World.NODE_1)).isEqualTo(1);
    assertThat(World.lun(world.publish(two, World.NODE_1), World.NODE_1)).isEqualTo(2);
    assertThat(World.lun(world.publish(one, World.NODE_2, false), World.NODE_2)).isEqualTo(1);
  }

  @Test
  void aPublishedVolumeIsNotDeleted() {
    Serial serial = world.create("pvc").serial();
    world.publish(serial, World.NODE_1);

    assertRefused(Kind.FAILED_PRECONDITION, "published", () -> world.delete(serial));
    world.unpublish(serial, World.NODE_1);
    world.delete(serial);
    world.delete(serial);
    assertThat(world.pool.disk()).isEmpty();
  }

  @Test
  void aVolumeGrowsAlsoWhileItIsPublishedAndNeverShrinks() {
    Serial serial = world.create("pvc").serial();
    world.publish(serial, World.NODE_1);

    assertThat(world.grow(serial, 9 * World.MIB).sizeBytes()).isEqualTo(12 * World.MIB);
    assertThat(world.grow(serial, World.MIB).sizeBytes()).isEqualTo(12 * World.MIB);

    assertThat(world.pool.disk().get(serial))
        .extracting(VolumeRecord::sizeBytes)
        .isEqualTo(12 * World.MIB);
    assertThat(world.publish(serial, World.NODE_1).sizeBytes()).isEqualTo(12 * World.MIB);
  }

  @Test
  void aGrowthThatCannotBeIsRefusedAndChangesNothing() {
    Serial serial = world.create("pvc").serial();
    world.create("other");

    assertRefused(Kind.NOT_FOUND, "no volume", () -> world.grow(Serial.random(), 0));
    assertRefused(Kind.OUT_OF_RANGE, "in all", () -> world.grow(serial, 2048 * World.MIB));
    assertRefused(
        Kind.RESOURCE_EXHAUSTED, "over-commit", () -> world.grow(serial, 1020 * World.MIB));
    assertRefused(
        Kind.OUT_OF_RANGE,
        "over the limit",
        () ->
            world
                .host()
                .growth()
                .grow(
                    new Growth.Order(
                        World.CLUSTER, serial, new SizeRange(9 * World.MIB, 10 * World.MIB)),
                    World.soon()));
    assertThat(world.host().volumes().get(World.CLUSTER, serial).sizeBytes())
        .isEqualTo(8 * World.MIB);
  }

  @Test
  void anotherClusterSeesNothing() {
    Serial serial = world.create("pvc").serial();

    assertRefused(Kind.NOT_FOUND, "cluster", () -> world.host().volumes().get("other", serial));
    assertThat(world.host().volumes().list("other")).isEmpty();
    world.host().volumes().delete("other", serial, World.soon());
    world.host().exports().unpublish("other", serial, "", "", World.soon());
    assertThat(world.pool.disk()).hasSize(1);
    VolumeRecord theirs =
        world
            .host()
            .volumes()
            .create(
                new Volumes.Order("other", "pvc", "fast", new SizeRange(0, 0), Optional.empty()),
                World.soon());
    assertThat(theirs.serial()).isNotEqualTo(serial);
  }

  @Test
  void aNodeThatWasInstalledAnewLosesWhatItHadUnderItsOldUuid() {
    Serial serial = world.create("pvc").serial();
    world.publish(serial, World.NODE_1);

    world.unpublish(serial, World.NODE_2, "node " + World.NODE_2);
    assertThat(world.host().volumes().get(World.CLUSTER, serial).publications()).hasSize(1);
    world.unpublish(serial, World.NODE_2, "node " + World.NODE_1);

    assertThat(world.host().volumes().get(World.CLUSTER, serial).publications()).isEmpty();
    world.publish(serial, World.NODE_2);
  }

  @Test
  void aFenceUnderWayIsNotUndoneByTheRepair() {
    Serial serial = world.create("pvc").serial();
    world.publish(serial, World.NODE_1);
    String lunLink = GROUP + "/lun/lun_1/" + serial.objectName();
    world.kernel.hang(lunLink);

    assertRefused(Kind.DEADLINE_EXCEEDED, "in flight", () -> world.unpublish(serial, World.NODE_1));
    assertRefused(Kind.ABORTED, "taken from", () -> world.publish(serial, World.NODE_1));
    world.kernel.thaw(lunLink);
    world.host().repair().pass();
    assertThat(world.kernel.linkTarget(lunLink)).isEmpty();

    world.unpublish(serial, World.NODE_1);
    assertThat(world.kernel.exists(GROUP + "/lun/lun_1")).isFalse();
    assertThat(World.lun(world.publish(serial, World.NODE_1), World.NODE_1)).isEqualTo(2);
  }

  @Test
  void oneNodesCommandsInFlightDoNotKeepTheVolumeWithTheOthers() {
    Serial serial = world.create("pvc").serial();
    world.publish(serial, World.NODE_1, false);
    world.publish(serial, World.NODE_2, false);
    world.kernel.hang(GROUP + "/lun/lun_1/" + serial.objectName());

    assertRefused(Kind.DEADLINE_EXCEEDED, "in flight", () -> world.unpublish(serial, ""));

    assertThat(world.pool.disk().get(serial))
        .satisfies(volume -> assertThat(volume.publicationOf(World.NODE_2)).isEmpty())
        .satisfies(volume -> assertThat(volume.publicationOf(World.NODE_1)).isPresent());
  }

  @Test
  void aLunWithoutARecordIsFencedToo() {
    VolumeRecord volume = world.create("pvc");
    world.publish(volume.serial(), World.NODE_1);
    world.pool.put(volume);
    World again = world;
    again.restart();
    assertThat(world.host().volumes().get(World.CLUSTER, "pvc").publications()).isEmpty();

    world.unpublish(volume.serial(), World.NODE_1);

    assertThat(world.kernel.exists(GROUP + "/lun/lun_1")).isFalse();
    assertThat(world.kernel.children("core/iblock_9750")).isEmpty();
  }

  @Test
  void withoutAnyPortalPublishSaysSoAndLaterSucceeds() {
    world.kernel.addressDown("192.0.2.1:3260");
    world.kernel.addressDown("198.51.100.1:3260");
    Serial serial = world.create("pvc").serial();

    assertRefused(Kind.UNAVAILABLE, "192.0.2.1", () -> world.publish(serial, World.NODE_1));
    world.kernel.addressUp("198.51.100.1:3260");
    assertThat(World.lun(world.publish(serial, World.NODE_1), World.NODE_1)).isEqualTo(1);
    assertThat(world.host().repair().pass().problems())
        .singleElement()
        .asString()
        .contains("192.0.2.1:3260");
  }
}
