package io.mooring.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.agent.identity.Serial;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host remembers that something was written to a volume, so that no node takes it for new. */
class WrittenTest {
  @TempDir private Path state;

  private World world;
  private Serial serial;

  @BeforeEach
  void start() {
    world = new World(state);
    serial = world.create("pvc").serial();
  }

  private boolean isPublishedAsWritten() {
    return world.publish(serial, World.NODE_1).written();
  }

  @Test
  void aNewVolumeIsNew() {
    assertThat(isPublishedAsWritten()).isFalse();
    world.unpublish(serial, World.NODE_1);
    assertThat(isPublishedAsWritten()).isFalse();
  }

  @Test
  void whatHoldsDataIsNotNew() {
    world.pool.write(serial);
    assertThat(isPublishedAsWritten()).isTrue();
  }

  @Test
  void whatANodeHasWrittenIsNotNewEvenWhenItIsGone() {
    world.publish(serial, World.NODE_1);
    world.pool.write(serial);
    world.unpublish(serial, World.NODE_1);
    world.pool.forgetContent(serial);
    world.restart();

    assertThat(isPublishedAsWritten()).isTrue();
  }
}
