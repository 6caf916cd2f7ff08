package io.mooring.e2e.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ResidentMemoryTest {
  @Test
  void isWhatTheKernelSays() {
    String status =
        "Name:\tjava\nVmRSS:\t   98304 kB\nRssAnon:\t   65536 kB\nRssFile:\t   32768 kB\n";

    assertThat(ResidentMemory.of(status)).isEqualTo(new ResidentMemory(96L << 20, 64L << 20));
  }
}
