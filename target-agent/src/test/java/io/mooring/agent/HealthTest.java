package io.mooring.agent;

import static io.mooring.agent.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.agent.identity.Serial;
import io.mooring.agent.volume.Finding;
import io.mooring.agent.volume.Finding.Severity;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a host says of its volumes when it is asked how they are. */
class HealthTest {
  @TempDir Path directory;
  private World world;
  private Serial serial;

  @BeforeEach
  void aVolumeThatIsServed() {
    world = new World(directory.resolve("state"));
    serial = world.create("pvc").serial();
    world.publish(serial, World.NODE_1);
    world.host().repair().pass();
  }

  private List<Finding> findings() {
    return world.host().health().of(World.CLUSTER, Optional.empty(), World.soon());
  }

  @Test
  void nothingIsSaidOfAVolumeThatIsWell() {
    assertThat(findings()).isEmpty();
    assertThat(world.host().health().of(World.CLUSTER, Optional.of(serial), World.soon()))
        .isEmpty();
  }

  @Test
  void aVolumeThatVanishedIsLostUntilItIsDeleted() {
    world.pool.lose(serial);
    world.host().repair().pass();
    assertThat(findings())
        .filteredOn(finding -> finding.severity() == Severity.DATA_LOSS)
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.volume()).isEqualTo(serial);
          assertThat(finding.reason()).isEqualTo("VolumeLost");
        });

    world.unpublish(serial, World.NODE_1);
    world.delete(serial);
    world.host().repair().pass();
    assertThat(findings()).isEmpty();
  }

  @Test
  void aVolumeWhoseDeviceIsGoneAfterABootIsNotServed() {
    world.pool.lose(serial);
    world.kernel.reboot();
    world.host().repair().pass();
    assertThat(findings()).extracting(Finding::reason).contains("NotServed");
  }

  @Test
  void everyVolumeOfAFullPoolIsInaccessibleAndOfNoOther() {
    Serial other = world.create("other").serial();
    world.pool.isFull(true);
    assertThat(findings())
        .allSatisfy(finding -> assertThat(finding.reason()).isEqualTo("PoolFull"))
        .extracting(Finding::volume)
        .containsExactlyInAnyOrder(serial, other);
    world.pool.isFull(false);
    world.second.isFull(true);
    assertThat(findings()).isEmpty();
  }

  @Test
  void aPoolThatWentAwayIsSaidOfItsVolumes() {
    world.pool.isAbsent(Failure.unavailable("the volume group is gone"));
    assertThat(findings())
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.severity()).isEqualTo(Severity.INACCESSIBLE);
          assertThat(finding.reason()).isEqualTo("PoolMissing");
          assertThat(finding.sentence()).contains("the volume group is gone");
        });
  }

  @Test
  void anotherClustersVolumesAreNotTalkedAbout() {
    world.pool.isFull(true);
    assertThat(world.host().health().of("other", Optional.empty(), World.soon())).isEmpty();
    assertRefused(
        Kind.NOT_FOUND,
        serial.digits(),
        () -> world.host().health().of("other", Optional.of(serial), World.soon()));
  }
}
