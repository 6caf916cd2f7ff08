package io.mooring.e2e.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.lab.qemu.StoragePath;
import java.util.List;
import org.junit.jupiter.api.Test;

class PacketFilterTest {
  @Test
  void dropsBothDirectionsOfThesePortalAndWorkersOnly() {
    assertThat(PacketFilter.rules(StoragePath.B, List.of(1, 2)))
        .contains("table inet lab-b {")
        .contains("ip saddr { 10.77.2.11, 10.77.2.12 } ip daddr 10.77.2.1 tcp dport 3260 drop")
        .contains("ip daddr { 10.77.2.11, 10.77.2.12 } ip saddr 10.77.2.1 tcp sport 3260 drop");
  }
}
