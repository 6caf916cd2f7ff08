package io.mooring.agent;

import static io.mooring.agent.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.TargetNames;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.agent.identity.VolumeRecord.State;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the reconciler does to a host in memory, at a boot and later. */
class RepairTest {
  private static final String GROUP =
      "iscsi/" + new TargetNames("san1").target(World.CLUSTER, World.NODE_1) + "/tpgt_1";

  @TempDir Path directory;
  private World world;

  @BeforeEach
  void boot() {
    world = new World(directory.resolve("state"));
  }

  @Test
  void aHostThatRebootsServesTheSameNumbersBeforeItTakesCalls() {
    Serial one = world.create("one").serial();
    Serial two = world.create("two").serial();
    world.publish(one, World.NODE_1);
    world.publish(two, World.NODE_1, false);
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

  /** One volume in each pool for one node; then a reboot after which one pool is late. */
  private void aPoolIsLate() {
    world.create("three");
    world.publish(world.create("one").serial(), World.NODE_1);
    world.publish(world.create("two", "slow").serial(), World.NODE_1);
    world.second.isAbsent(Failure.unavailable("no disk"));
    world.kernel.reboot();
    world.restart();
  }

  private boolean letsIn() {
    return world.kernel.read(GROUP + "/enable").equals("1");
  }

  @Test
  void atABootALatePoolIsWaitedForBeforeItsNodesGetIn() {
    aPoolIsLate();
    assertThat(letsIn()).isFalse();
    assertThat(world.kernel.children(GROUP + "/np")).isEmpty();

    world.second.isBack();
    world.host().repair().pass();

    assertThat(world.kernel.exists(GROUP + "/lun/lun_2")).isTrue();
    assertThat(letsIn()).isTrue();
  }

  @Test
  void aPoolThatStaysAwayKeepsTheOthersFromNobodyForLong() {
    aPoolIsLate();
    world.time.pass(Duration.ofSeconds(29));
    world.host().repair().pass();
    assertThat(letsIn()).isFalse();

    world.time.pass(Duration.ofSeconds(1));
    world.host().repair().pass();
    assertThat(letsIn()).isTrue();
  }

  @Test
  void aPublishDoesNotLetANodeInBeforeEither() {
    aPoolIsLate();
    Serial third =
        world.pool.disk().values().stream()
            .filter(volume -> volume.name().equals("three"))
            .findFirst()
            .orElseThrow()
            .serial();

    assertRefused(Kind.UNAVAILABLE, "stays closed", () -> world.publish(third, World.NODE_1));
    assertThat(letsIn()).isFalse();

    world.time.pass(Duration.ofSeconds(30));
    world.publish(third, World.NODE_1);
    assertThat(letsIn()).isTrue();
  }

  @Test
  void aTargetThatIsOpenIsNotClosedByAnAgentThatStartsAnew() {
    world.publish(world.create("one").serial(), World.NODE_1);
    world.second.isAbsent(Failure.unavailable("no disk"));
    world.restart();

    assertThat(letsIn()).isTrue();
    assertThat(world.host().repair().pass().problems())
        .noneMatch(text -> text.contains("stays closed"));
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
  void aVolumeThatVanishesWhileTheAgentRunsIsReportedAndCanBeTakenAwayAndDeleted() {
    Serial serial = world.create("pvc").serial();
    world.publish(serial, World.NODE_1);
    world.host().repair().pass();
    world.pool.lose(serial);

    assertThat(world.host().repair().pass().problems())
        .anyMatch(text -> text.contains("does not have it any more"));
    world.unpublish(serial, World.NODE_1);
    world.delete(serial);
    assertThat(world.host().repair().pass().problems()).isEmpty();
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
}
