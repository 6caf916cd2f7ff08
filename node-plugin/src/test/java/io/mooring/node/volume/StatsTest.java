package io.mooring.node.volume;

import static io.mooring.node.volume.NodeUnderTest.A;
import static io.mooring.node.volume.NodeUnderTest.B;
import static io.mooring.node.volume.NodeUnderTest.BLOCK;
import static io.mooring.node.volume.NodeUnderTest.EXT4;
import static io.mooring.node.volume.NodeUnderTest.SIZE;
import static io.mooring.node.volume.NodeUnderTest.VOLUME;
import static io.mooring.node.volume.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.runtime.failure.Kind;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatsTest {
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

  private Stats.Reading at(Path path) {
    return node.volumes().stats(VOLUME, path, NodeUnderTest.soon());
  }

  @Test
  void tellsHowFullAFileSystemIsWhereItIsStagedAndWhereItIsPublished() {
    node.stage(EXT4);
    node.publish(EXT4);
    assertThat(at(node.staging())).isInstanceOf(Stats.Reading.FileSystem.class);
    assertThat(at(node.target())).isInstanceOf(Stats.Reading.FileSystem.class);
  }

  @Test
  void tellsTheSizeOfARawDevice() {
    node.stage(BLOCK);
    node.publish(BLOCK);
    assertThat(at(node.target())).isEqualTo(new Stats.Reading.Device(SIZE));
    assertThat(node.host.faults().count("fileSystems.usage")).isZero();
  }

  @Test
  void aVolumeThatIsNotThereIsNotFound() {
    assertRefused(Kind.NOT_FOUND, () -> at(node.target()));
    node.stage(EXT4);
    assertRefused(Kind.NOT_FOUND, () -> at(node.target()));
    assertRefused(Kind.NOT_FOUND, () -> at(Path.of("some/path")));
  }

  @Test
  void withoutALivePathTheFileSystemIsNotTouched() {
    node.stage(EXT4);
    node.host.cut(A);
    node.host.cut(B);
    assertRefused(Kind.UNAVAILABLE, () -> at(node.staging()), "none of its paths");
    assertThat(node.host.faults().count("fileSystems.usage")).isZero();
  }
}
