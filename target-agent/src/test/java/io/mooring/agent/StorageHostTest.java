package io.mooring.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.TargetNames;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.agent.identity.VolumeRecord.State;
import io.mooring.agent.volume.Exports;
import io.mooring.agent.volume.Volumes;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
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

  private static void assertRefused(Kind kind, String word, ThrowingCallable call) {
    assertThatThrownBy(call)
        .hasMessageContaining(word)
        .extracting(thrown -> ((Failure) thrown).kind())
        .isEqualTo(kind);
  }

  private Volumes.Order order(String pool, long required, long limit) {
    return new Volumes.Order(World.CLUSTER, "pvc", pool, required, limit);
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
                        World.CLUSTER, serial, World.NODE_1, "node " + World.NODE_1, true, true),
                    World.soon()));
  }

  @Test
  void anExclusiveVolumeGoesToOneNodeOnly() {
    Serial serial = world.create("pvc").serial();
    world.publish(serial, World.NODE_1);

    assertRefused(
        Kind.FAILED_PRECONDITION, World.NODE_1, () -> world.publish(serial, World.NODE_2));
    assertThat(world.publish(serial, World.NODE_2, false).publications()).hasSize(2);

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

    assertThat(World.lun(world.publish(one, World.NODE_1), World.NODE_1)).isEqualTo(1);
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
  void anotherClusterSeesNothing() {
    Serial serial = world.create("pvc").serial();

    assertRefused(Kind.NOT_FOUND, "cluster", () -> world.host().volumes().get("other", serial));
    assertThat(world.host().volumes().list("other")).isEmpty();
    world.host().volumes().delete("other", serial, World.soon());
    world.host().exports().unpublish("other", serial, "", World.soon());
    assertThat(world.pool.disk()).hasSize(1);
    VolumeRecord theirs =
        world
            .host()
            .volumes()
            .create(new Volumes.Order("other", "pvc", "fast", 0, 0), World.soon());
    assertThat(theirs.serial()).isNotEqualTo(serial);
  }

  @Test
  void aHostThatRebootsServesTheSameNumbersBeforeItTakesCalls() {
    Serial one = world.create("one").serial();
    Serial two = world.create("two").serial();
    world.publish(one, World.NODE_1);
    world.publish(two, World.NODE_1);
    world.publish(two, World.NODE_2, false);
    Map<String, String> before = world.kernel.objects();

    world.kernel.reboot();
    world.restart();

    assertThat(world.kernel.objects()).isEqualTo(before);
  }

  @Test
  void atABootNobodyGetsInBeforeAllLunsAreThere() {
    Serial one = world.create("one").serial();
    Serial two = world.create("two").serial();
    world.publish(one, World.NODE_1);
    world.publish(two, World.NODE_2);
    world.kernel.reboot();
    int boot = world.kernel.journal().size();

    world.restart();

    List<String> journal = world.kernel.journal().subList(boot, world.kernel.journal().size());
    int lastLink = 0;
    int firstPortal = journal.size();
    for (int i = 0; i < journal.size(); i++) {
      if (journal.get(i).startsWith("link ")) {
        lastLink = i;
      } else if (journal.get(i).contains("/np/")) {
        firstPortal = Math.min(firstPortal, i);
      }
    }
    assertThat(firstPortal).isGreaterThan(lastLink).isLessThan(journal.size());
  }

  @Test
  void theStateDirectoryCanBeLost() throws Exception {
    Serial serial = world.create("pvc").serial();
    VolumeRecord published = world.publish(serial, World.NODE_1);
    World other =
        new World(Files.createDirectories(directory.resolve("lost")), Duration.ofHours(1));
    other.pool.put(published);
    other.restart();

    assertThat(other.host().volumes().get(World.CLUSTER, serial)).isEqualTo(published);
    assertThat(other.kernel.exists(GROUP + "/lun/lun_1")).isTrue();
    Serial next = other.create("next").serial();
    assertRefused(Kind.RESOURCE_EXHAUSTED, "quarantine", () -> other.publish(next, World.NODE_1));
    assertThat(other.publish(serial, World.NODE_1)).isEqualTo(published);
  }

  @Test
  void aVolumeThatIsLostIsReportedAndTheOthersAreServed() {
    Serial one = world.create("one").serial();
    Serial two = world.create("two").serial();
    world.publish(one, World.NODE_1);
    world.publish(two, World.NODE_1);
    world.pool.lose(one);
    world.kernel.reboot();
    world.kernel.device(Path.of("/dev/none"), "1:1");

    var report = world.host().repair().pass();

    assertThat(report.luns()).isEqualTo(1);
    assertThat(report.problems()).anyMatch(text -> text.contains(one.digits()));
    assertThat(world.kernel.exists(GROUP + "/lun/lun_2")).isTrue();
  }

  @Test
  void whileAPoolIsMissingAbsenceIsNotClaimed() {
    Serial serial = world.create("pvc").serial();
    world.second.isAbsent(Failure.unavailable("no disk"));
    world.restart();

    assertThat(world.host().volumes().get(World.CLUSTER, serial)).isNotNull();
    assertRefused(
        Kind.UNAVAILABLE, "no disk", () -> world.host().volumes().get(World.CLUSTER, "other"));
    assertRefused(Kind.UNAVAILABLE, "no disk", () -> world.create("other"));
    assertRefused(Kind.UNAVAILABLE, "no disk", () -> world.delete(Serial.random()));
    assertRefused(
        Kind.UNAVAILABLE, "no disk", () -> world.unpublish(Serial.random(), World.NODE_1));
    assertRefused(Kind.UNAVAILABLE, "no disk", () -> world.host().volumes().list(World.CLUSTER));

    world.second.isBack();
    world.host().repair().pass();
    assertThat(world.create("other").state()).isEqualTo(State.READY);
  }

  @Test
  void aPoolThatIsNotTheOneBeforeIsNotUsed() {
    world.second.isAnother();
    world.restart();

    assertThat(world.host().repair().pass().problems())
        .anyMatch(text -> text.contains("identity of another"));
    assertRefused(Kind.UNAVAILABLE, "slow", () -> world.create("pvc"));
  }

  @Test
  void whatIsNotOursInTheKernelStays() {
    world.kernel.foreign("core/iblock_0");
    world.kernel.foreign("core/iblock_0/disk");
    world.kernel.foreign("core/iblock_9750/mooring-" + "a".repeat(32));
    world.kernel.foreign("iscsi/iqn.2003-01.org.example:x");
    world.kernel.foreign("iscsi/iqn.2003-01.org.example:x/tpgt_1");
    Serial serial = world.create("pvc").serial();
    world.publish(serial, World.NODE_1);
    world.kernel.foreign(GROUP + "/lun/lun_2");

    var report = world.host().repair().pass();
    Serial next = world.create("next").serial();

    assertThat(report.problems()).hasSize(2).allMatch(text -> text.contains("left alone"));
    assertThat(World.lun(world.publish(next, World.NODE_1), World.NODE_1)).isEqualTo(3);
    assertThat(world.kernel.objects())
        .containsKeys(
            "core/iblock_0/disk",
            "core/iblock_9750/mooring-" + "a".repeat(32),
            "iscsi/iqn.2003-01.org.example:x/tpgt_1",
            GROUP + "/lun/lun_2");
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
    world.publish(serial, World.NODE_1);
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
