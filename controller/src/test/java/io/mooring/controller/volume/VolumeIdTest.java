package io.mooring.controller.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VolumeIdTest {
  private static final String SERIAL = "0123456789abcdef0123456789abcdef";

  @Test
  void anIdNamesTheTargetAndTheSerial() {
    assertThat(VolumeId.parse("san-a/" + SERIAL)).contains(new VolumeId("san-a", SERIAL));
    assertThat(new VolumeId("san-a", SERIAL)).hasToString("san-a/" + SERIAL);
  }

  @Test
  void theLongestIdFitsIntoTheSpecificationsLimit() {
    String longest = new VolumeId("a".repeat(63), SERIAL).toString();

    assertThat(longest.length()).isLessThanOrEqualTo(128);
    assertThat(VolumeId.parse(longest)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "fake-vol-id",
        "san-a/",
        "/" + SERIAL,
        "san-a/" + SERIAL + "0",
        "san-a/0123456789ABCDEF0123456789ABCDEF",
        "san-a/" + SERIAL + "/",
        "san/a/" + SERIAL,
        "San-a/" + SERIAL,
        "-san/" + SERIAL,
        "san.a./" + SERIAL,
        "../" + SERIAL
      })
  void noVolumeHasSuchAnId(String text) {
    assertThat(VolumeId.parse(text)).isEmpty();
  }

  @Test
  void anImpossibleIdCannotBeMade() {
    assertThatThrownBy(() -> new VolumeId("San A", SERIAL))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void idsAreOrderedByTargetThenSerial() {
    VolumeId low = new VolumeId("san-a", "f".repeat(32));
    VolumeId high = new VolumeId("san-b", "0".repeat(32));

    assertThat(low).isLessThan(high);
    assertThat(new VolumeId("san-b", "0".repeat(31) + "1")).isGreaterThan(high);
  }
}
