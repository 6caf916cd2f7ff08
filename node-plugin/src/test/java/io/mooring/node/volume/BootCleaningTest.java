package io.mooring.node.volume;

import static io.mooring.node.volume.NodeUnderTest.EXT4;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootCleaningTest {
  @TempDir Path directory;
  NodeUnderTest node;

  @BeforeEach
  void start() {
    node = new NodeUnderTest(directory);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private void clean() {
    node.restart();
    node.flow().bootCleaning().run(NodeUnderTest.soon());
  }

  @Test
  void afterAPowerCutNothingOfTheOldBootIsLeft() {
    node.stage(EXT4);
    node.host.powerCut();
    clean();
    assertThat(node.clean()).isTrue();
    assertThat(node.host.initiator().records()).isEmpty();
  }

  @Test
  void whatKubeletAsksForAfterThatWorks() {
    node.stage(EXT4);
    node.host.powerCut();
    clean();
    node.unstage();
    node.stage(EXT4);
    assertThat(node.lun.formats()).isEqualTo(1);
    assertThat(node.host.mounts().at(node.staging())).hasSize(1);
  }

  @Test
  void aStageBeforeTheCleaningWorksToo() {
    node.stage(EXT4);
    node.host.powerCut();
    node.restart();
    node.stage(EXT4);
    assertThat(node.host.mounts().at(node.staging())).hasSize(1);
    assertThat(node.tracking().all())
        .singleElement()
        .satisfies(volume -> assertThat(volume.bootId()).isEqualTo("boot-2"));
  }

  @Test
  void aRestartOfTheProcessAloneForgetsNothing() {
    node.stage(EXT4);
    clean();
    assertThat(node.tracking().all()).hasSize(1);
    assertThat(node.host.initiator().records()).hasSize(2);
    assertThat(node.host.registeredWwids()).hasSize(1);
  }

  @Test
  void recordsThatNobodyNeedsAreRemovedUnlessTheirSessionLives() {
    node.stage(EXT4);
    node.unstage();
    clean();
    assertThat(node.host.initiator().records()).hasSize(2);
    node.host.powerCut();
    clean();
    assertThat(node.host.initiator().records()).isEmpty();
  }
}
