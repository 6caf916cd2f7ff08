package io.mooring.agent.lio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.runtime.failure.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortalTest {
  @Test
  void addressesOfBothFamiliesAreRead() {
    assertThat(Portal.parse("192.0.2.1")).isEqualTo(new Portal("192.0.2.1", 3260));
    assertThat(Portal.parse("192.0.2.1:3261")).isEqualTo(new Portal("192.0.2.1", 3261));
    assertThat(Portal.parse("[2001:db8::1]")).isEqualTo(new Portal("2001:db8::1", 3260));
    assertThat(Portal.parse("[2001:db8::1]:860").toString()).isEqualTo("[2001:db8::1]:860");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "san1", "192.0.2.1:0", "192.0.2.1:99999", "2001:db8::1", "192.0.2.1:x"})
  void whatIsNoPortalIsRefusedByName(String text) {
    assertThatThrownBy(() -> Portal.parse(text))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("\"" + text + "\"");
  }
}
