package io.mooring.node.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class KernelEventsTest {
  private static boolean concernsPaths(String header) {
    String rest = "\0ACTION=add\0DEVPATH=/devices/virtual/block/dm-9\0SUBSYSTEM=block\0SEQNUM=1\0";
    return KernelEvents.concernsPaths((header + rest).getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void sessionsTheirDisksAndDeviceMapperMatter() {
    assertThat(concernsPaths("add@/devices/platform/host3/session1")).isTrue();
    assertThat(concernsPaths("remove@/devices/platform/host3/session1/iscsi_session/session1"))
        .isTrue();
    assertThat(
            concernsPaths("change@/devices/platform/host3/session1/target3:0:0/3:0:0:1/block/sdc"))
        .isTrue();
    assertThat(concernsPaths("change@/devices/virtual/block/dm-0")).isTrue();
  }

  @Test
  void nothingElseDoes() {
    assertThat(concernsPaths("change@/devices/virtual/block/loop0")).isFalse();
    assertThat(concernsPaths("add@/devices/pci0000:00/0000:00:1f.2/ata1/host0/block/sda"))
        .isFalse();
    assertThat(concernsPaths("add@/devices/virtual/net/veth1")).isFalse();
    assertThat(concernsPaths("add@/kernel/slab/session1")).isFalse();
    assertThat(concernsPaths("")).isFalse();
  }

  @Test
  void theKernelIsListenedToForNoLongerThanAskedFor() {
    try (KernelEvents events = new KernelEvents()) {
      long begun = System.nanoTime();
      boolean _ = events.await(Duration.ofMillis(1));
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(30));
    }
  }
}
