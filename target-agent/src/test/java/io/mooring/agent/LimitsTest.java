package io.mooring.agent;

import static io.mooring.agent.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.VolumeLimits;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.agent.volume.Modification;
import io.mooring.agent.volume.SizeRange;
import io.mooring.agent.volume.Volumes;
import io.mooring.runtime.failure.Kind;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a host keeps of a volume's limits. */
class LimitsTest {
  private static final VolumeLimits SLOW = new VolumeLimits(100, 50, 4096, 2048, 0);
  private static final VolumeLimits FAST = new VolumeLimits(1000, 0, 0, 0, 0);
  private static final VolumeLimits NONE = VolumeLimits.NEVER;

  @TempDir Path state;
  private World world;

  @BeforeEach
  void start() {
    world = new World(state);
  }

  private VolumeRecord create(String name, VolumeLimits limits) {
    return world
        .host()
        .volumes()
        .create(
            new Volumes.Order(
                World.CLUSTER,
                name,
                "fast",
                new SizeRange(8 * World.MIB, 0),
                Optional.empty(),
                limits),
            World.soon());
  }

  private VolumeLimits modify(Serial serial, VolumeLimits limits) {
    return world
        .host()
        .modification()
        .modify(new Modification.Order(World.CLUSTER, serial, limits), World.soon())
        .limits();
  }

  private VolumeLimits kept(Serial serial) {
    return world.host().volumes().get(World.CLUSTER, serial).limits();
  }

  @Test
  void aVolumeHasTheLimitsThatItWasMadeWith() {
    VolumeRecord limited = create("slow", SLOW);
    VolumeRecord free = create("free", NONE);

    world.restart();

    assertThat(kept(limited.serial())).isEqualTo(new VolumeLimits(100, 50, 4096, 2048, 1));
    assertThat(kept(free.serial()).revision()).isZero();
  }

  @Test
  void eachRealChangeCountsAndTheSameAgainDoesNot() {
    Serial serial = create("pvc", NONE).serial();

    assertThat(modify(serial, NONE).revision()).isZero();
    assertThat(modify(serial, SLOW).revision()).isEqualTo(1);
    assertThat(modify(serial, SLOW).revision()).isEqualTo(1);
    assertThat(modify(serial, FAST)).isEqualTo(new VolumeLimits(1000, 0, 0, 0, 2));
    assertThat(modify(serial, NONE)).as("removed").isEqualTo(new VolumeLimits(0, 0, 0, 0, 3));
    world.restart();
    assertThat(kept(serial).revision()).isEqualTo(3);
    assertThat(modify(serial, SLOW).revision()).isEqualTo(4);
  }

  @Test
  void aRepeatedCreateNeitherFailsNorTakesBackAChange() {
    VolumeRecord volume = create("pvc", SLOW);
    modify(volume.serial(), FAST);

    assertThat(create("pvc", SLOW).limits()).isEqualTo(new VolumeLimits(1000, 0, 0, 0, 2));
    assertThat(create("pvc", NONE).serial()).isEqualTo(volume.serial());
  }

  @Test
  void aHalfMadeVolumeOfOtherLimitsIsMadeAnew() {
    world.killAfter(1);
    assertThatThrownBy(() -> create("pvc", SLOW)).isInstanceOf(World.Killed.class);
    world.restart();

    assertThat(create("pvc", FAST).limits().readIops()).isEqualTo(1000);
    assertThat(world.pool.disk()).hasSize(1);
  }

  @Test
  void aPublishedVolumeIsModifiedAndItsPublicationStays() {
    Serial serial = create("pvc", NONE).serial();
    world.publish(serial, World.NODE_1);

    modify(serial, SLOW);
    world.restart();

    VolumeRecord volume = world.host().volumes().get(World.CLUSTER, serial);
    assertThat(volume.limits().revision()).isEqualTo(1);
    assertThat(volume.publicationOf(World.NODE_1)).isPresent();
    assertThat(world.publish(serial, World.NODE_1).limits()).isEqualTo(volume.limits());
  }

  @Test
  void aChangeThatWasNotWrittenDownIsNone() {
    Serial serial = create("pvc", SLOW).serial();
    world.killAfter(0);
    assertThatThrownBy(() -> modify(serial, FAST)).isInstanceOf(World.Killed.class);
    world.restart();

    assertThat(kept(serial).revision()).isEqualTo(1);
    assertThat(modify(serial, FAST).revision()).isEqualTo(2);
  }

  @Test
  void aVolumeThatIsNotThereHasNoLimits() {
    assertRefused(Kind.NOT_FOUND, "no volume", () -> modify(Serial.random(), SLOW));
  }
}
