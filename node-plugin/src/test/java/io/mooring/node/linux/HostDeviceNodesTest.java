package io.mooring.node.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostDeviceNodesTest {
  private final HostDeviceNodes nodes = new HostDeviceNodes();

  @Test
  void smallNumbersAreTakenApart() {
    assertThat(HostDeviceNodes.decode(0xfd00)).isEqualTo(new DeviceNumber(253, 0));
    assertThat(HostDeviceNodes.decode(0x0810)).isEqualTo(new DeviceNumber(8, 16));
  }

  @Test
  void aMinorOverEightBitsIsPutTogetherFromItsTwoPieces() {
    // makedev(253, 300): 300 = 0x12c; its upper part is stored from bit 20 on.
    assertThat(HostDeviceNodes.decode(0x0010_fd2cL)).isEqualTo(new DeviceNumber(253, 300));
  }

  @Test
  void onlyABlockDeviceHasANumber(@TempDir Path directory) throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    assertThat(nodes.at(file)).isEmpty();
    assertThat(nodes.at(Path.of("/dev/null"))).isEmpty();
  }

  @Test
  void whatIsNotThereHasNoNumber(@TempDir Path directory) throws Exception {
    Path dangling = Files.createSymbolicLink(directory.resolve("link"), Path.of("/nowhere"));
    assertThat(nodes.at(dangling)).isEmpty();
    assertThat(nodes.at(directory.resolve("missing"))).isEmpty();
  }
}
