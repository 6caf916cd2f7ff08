package io.mooring.node.fs;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.linux.DeviceNumber;
import io.mooring.node.linux.Mount;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeLinuxContextTest {
  private static final String PREFIX = "system_u:object_r:container_file_t:";

  private static Optional<SeLinuxContext> asked(String... options) {
    return SeLinuxContext.in(List.of(options));
  }

  private static Optional<SeLinuxContext> shown(String superOptions) {
    return SeLinuxContext.of(
        new Mount(
            Path.of("/m"),
            "/",
            new DeviceNumber(254, 1),
            "ext4",
            "/dev/mapper/x",
            "rw,relatime",
            superOptions));
  }

  @Test
  void whatTheKubeletAsksForIsWhatTheKernelShows() {
    assertThat(asked("noatime", "context=\"" + PREFIX + "s0:c12,c345\""))
        .isPresent()
        .isEqualTo(shown("rw,context=\"" + PREFIX + "s0:c12,c345\",discard"));
  }

  @Test
  void aContextWithoutCommasNeedsNoQuotes() {
    assertThat(asked("context=" + PREFIX + "s0"))
        .isPresent()
        .isEqualTo(shown("rw,context=" + PREFIX + "s0"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "s0:c345,c12       | s0:c12,c345",
        "s0:c3,c1,c2       | s0:c1.c3",
        "s0:c1.c3,c7       | s0:c1,c2.c3,c7",
        "s0-s0             | s0",
        "s0-s0:c0.c1023    | s0-s0:c0.c5,c6.c1023",
      })
  void levelsThatMeanTheSameAreTheSame(String one, String other) {
    assertThat(asked("context=\"" + PREFIX + one + "\""))
        .isEqualTo(asked("context=\"" + PREFIX + other + "\""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "s0:c1,c2          | s0:c1,c3",
        "s0:c1.c3          | s0:c1,c3",
        "s0                | s0:c1",
        "s0                | s0-s0:c1",
        "SystemLow         | SystemHigh",
      })
  void levelsThatMeanSomethingElseAreNotTheSame(String one, String other) {
    assertThat(asked("context=\"" + PREFIX + one + "\""))
        .isNotEqualTo(asked("context=\"" + PREFIX + other + "\""));
  }

  @Test
  void anotherTypeIsAnotherContext() {
    assertThat(asked("context=\"system_u:object_r:other_t:s0\""))
        .isNotEqualTo(asked("context=\"" + PREFIX + "s0\""));
  }

  @Test
  void otherOptionsAreNoContext() {
    assertThat(asked("noatime", "defcontext=" + PREFIX + "s0")).isEmpty();
    assertThat(asked()).isEmpty();
    assertThat(shown("rw,seclabel,discard")).isEmpty();
  }

  @Test
  void onePartOfAnOptionWithCommasIsFoundToo() {
    assertThat(asked("noatime,context=\"" + PREFIX + "s0:c1,c2\",discard"))
        .isEqualTo(asked("context=\"" + PREFIX + "s0:c1,c2\""));
  }

  @Test
  void aPolicyWithoutLevelsHasContextsWithoutLevels() {
    assertThat(asked("context=system_u:object_r:file_t").orElseThrow())
        .hasToString("system_u:object_r:file_t");
  }
}
