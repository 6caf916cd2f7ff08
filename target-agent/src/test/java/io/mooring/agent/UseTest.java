package io.mooring.agent;

import static io.mooring.agent.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.agent.identity.Publication;
import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.Use;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.agent.v1.AccessType;
import io.mooring.runtime.failure.Kind;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A volume is used in one way at a time, whatever is asked for and by whom. */
class UseTest {
  private static final Use RAW_ALONE = new Use(Use.Sharing.EXCLUSIVE, Use.Access.BLOCK);

  @TempDir private Path state;

  private World world;
  private Serial serial;

  @BeforeEach
  void start() {
    world = new World(state);
    serial = world.create("pvc").serial();
  }

  /** As a host of an older version has recorded it. */
  private void publishedByAnOlderVersion() {
    VolumeRecord volume = world.publish(serial, World.NODE_1);
    Publication publication = volume.publications().getFirst();
    world.pool.put(volume.with(publication.with(Use.UNKNOWN)));
    world.restart();
  }

  @Test
  void whatOneNodeHasForItselfIsNotSharedWithAnother() {
    world.publish(serial, World.NODE_1, World.ALONE);

    assertThatThrownBy(() -> world.publish(serial, World.NODE_2, World.SHARED))
        .hasMessageContainingAll(
            "to node node " + World.NODE_1,
            "to node node " + World.NODE_2,
            "node node %s is to have it for itself alone".formatted(World.NODE_1),
            "unpublish it from node node " + World.NODE_1);
    assertRefused(
        Kind.FAILED_PRECONDITION, "alone", () -> world.publish(serial, World.NODE_2, World.SHARED));
    assertThat(world.kernel.journal()).noneMatch(line -> line.contains(World.NODE_2));
  }

  @Test
  void whatIsSharedIsGivenToNoNodeForItself() {
    world.publish(serial, World.NODE_1, World.SHARED);

    assertRefused(
        Kind.FAILED_PRECONDITION,
        "node node %s is to have it for itself alone".formatted(World.NODE_2),
        () -> world.publish(serial, World.NODE_2, World.ALONE));
    assertThat(world.publish(serial, World.NODE_2, World.SHARED).publications()).hasSize(2);
  }

  @Test
  void aRestartedHostStillKnowsWhoHasItAlone() {
    world.publish(serial, World.NODE_1, World.ALONE);

    world.restart();

    assertRefused(
        Kind.FAILED_PRECONDITION,
        World.NODE_1,
        () -> world.publish(serial, World.NODE_2, World.SHARED));
  }

  @Test
  void whatTheCallerSaysIsTheUse() {
    assertThat(Checks.use(true, AccessType.ACCESS_TYPE_FILE_SYSTEM)).isEqualTo(World.ALONE);
    assertThat(Checks.use(false, AccessType.ACCESS_TYPE_BLOCK)).isEqualTo(World.SHARED);
    assertThat(Checks.use(true, AccessType.ACCESS_TYPE_UNSPECIFIED))
        .isEqualTo(new Use(Use.Sharing.EXCLUSIVE, Use.Access.UNKNOWN));
  }

  @Test
  void onceItIsTakenBackItCanBeUsedInAnotherWay() {
    world.publish(serial, World.NODE_1, World.ALONE);
    world.unpublish(serial, World.NODE_1);

    assertThat(world.publish(serial, World.NODE_2, World.SHARED).publications()).hasSize(1);
  }

  @Test
  void anotherUseOnTheSameNodeIsRefused() {
    world.publish(serial, World.NODE_1, World.ALONE);

    assertRefused(
        Kind.ALREADY_EXISTS,
        "as a file system, for itself alone, and is asked for as a raw device, for itself alone",
        () -> world.publish(serial, World.NODE_1, RAW_ALONE));
    world.unpublish(serial, World.NODE_1);
    world.publish(serial, World.NODE_1, RAW_ALONE);
    assertRefused(
        Kind.ALREADY_EXISTS,
        "unpublish it first",
        () -> world.publish(serial, World.NODE_1, World.SHARED));
  }

  @Test
  void aCallerThatDoesNotSayWhatPodsSeeContradictsNothing() {
    world.publish(serial, World.NODE_1, World.ALONE);

    Use older = new Use(Use.Sharing.EXCLUSIVE, Use.Access.UNKNOWN);
    assertThat(world.publish(serial, World.NODE_1, older).publications())
        .singleElement()
        .matches(publication -> publication.use().equals(World.ALONE));
  }

  @Test
  void whatAnOlderVersionRecordedGoesOnAsBefore() {
    publishedByAnOlderVersion();

    assertThat(world.publish(serial, World.NODE_1, RAW_ALONE).publications()).hasSize(1);
    assertRefused(
        Kind.FAILED_PRECONDITION,
        World.NODE_1,
        () -> world.publish(serial, World.NODE_2, World.ALONE));
    assertThat(world.publish(serial, World.NODE_2, World.SHARED).publications()).hasSize(2);
  }
}
