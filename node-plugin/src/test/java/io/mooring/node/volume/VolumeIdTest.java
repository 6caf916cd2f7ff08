package io.mooring.node.volume;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VolumeIdTest {
  private static final String SERIAL = "0123456789abcdef0123456789abcdef";

  @Test
  void wwidFollowsFromTheSerial() {
    VolumeId id = VolumeId.parse("san1/" + SERIAL).orElseThrow();
    assertThat(id.wwid().value()).isEqualTo("36001405" + SERIAL.substring(0, 25)).hasSize(33);
    assertThat(id.identity().serial()).isEqualTo(SERIAL);
    assertThat(id).hasToString("san1/" + SERIAL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "fake-vol-id-1",
        "san1",
        "san1/",
        "/0123456789abcdef0123456789abcdef",
        "san1/0123456789abcdef0123456789abcde",
        "san1/0123456789abcdef0123456789abcdef0",
        "san1/0123456789ABCDEF0123456789ABCDEF",
        "san1/../0123456789abcdef0123456789abcdef",
        "../0123456789abcdef0123456789abcdef",
        "san1/0123456789abcdef0123456789abcdef\n"
      })
  void anythingElseIsNoVolumeId(String text) {
    assertThat(VolumeId.parse(text)).isEmpty();
  }
}
