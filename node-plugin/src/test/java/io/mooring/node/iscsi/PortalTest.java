package io.mooring.node.iscsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.runtime.failure.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortalTest {
  @Test
  void twoSpellingsOfAnAddressAreOnePortal() {
    assertThat(Portal.parse("[2001:db8::1]:3260"))
        .isEqualTo(Portal.parse("[2001:0DB8:0:0:0:0:0:1]:3260"))
        .hasSameHashCodeAs(Portal.of("2001:db8::1", 3260));
  }

  @Test
  void anAddressThatBeginsLikeAnotherOneIsAnotherPortal() {
    assertThat(Portal.parse("10.0.0.1:3260")).isNotEqualTo(Portal.parse("10.0.0.10:3260"));
    assertThat(Portal.parse("10.0.0.1:3260")).isNotEqualTo(Portal.parse("10.0.0.1:3261"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.77.1.1:3260", "[2001:db8:0:0:0:0:0:1]:3260"})
  void whatIsWrittenCanBeRead(String text) {
    assertThat(Portal.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.0.0.1",
        "10.0.0.1:",
        "10.0.0.1:0",
        "10.0.0.1:65536",
        "2001:db8::1:3260",
        "storage.example:3260",
        "10.0.0.256:3260",
        "[10.0.0.1]:3260",
        "10.0.0.1:3260 ",
        "10.0.0.1:3260,1",
        "10.1:3260"
      })
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> Portal.parse(text)).isInstanceOf(Failure.class);
  }
}
