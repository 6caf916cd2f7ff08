package io.mooring.agent.block;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockDevicesTest {
  @TempDir Path host;

  @Test
  void aLinkIsFollowedToTheKernelsName() throws IOException {
    Path sys = host.resolve("sys/dm-5");
    Files.createDirectories(sys.resolve("dm"));
    Files.writeString(sys.resolve("dev"), "253:5\n");
    Files.writeString(sys.resolve("size"), "8192\n");
    Files.writeString(sys.resolve("dm/name"), "vg-mooring--1\n");
    Files.createDirectories(host.resolve("dev/vg"));
    Files.createFile(host.resolve("dev/dm-5"));
    Path link = Files.createSymbolicLink(host.resolve("dev/vg/lv"), Path.of("../dm-5"));
    BlockDevices devices = new BlockDevices(host.resolve("sys"));

    assertThat(devices.find(link)).contains(new BlockDevice(link, "253:5", 4 << 20));
    assertThat(devices.mapperName(link)).contains("vg-mooring--1");
    assertThat(devices.find(host.resolve("dev/none"))).isEmpty();
    assertThat(devices.mapperName(host.resolve("dev/none"))).isEmpty();
  }

  @Test
  void devicesThatAreSuspendedAreFoundByName() throws IOException {
    for (String device : new String[] {"dm-0 a 1", "dm-1 b 0", "dm-2 c 1"}) {
      String[] parts = device.split(" ", -1);
      Path dm = Files.createDirectories(host.resolve(parts[0]).resolve("dm"));
      Files.writeString(dm.resolve("name"), parts[1] + "\n");
      Files.writeString(dm.resolve("suspended"), parts[2] + "\n");
    }
    Files.createDirectories(host.resolve("dm-3"));
    Files.createDirectories(host.resolve("sda"));

    assertThat(new BlockDevices(host).suspended()).containsExactly("a", "c");
  }
}
