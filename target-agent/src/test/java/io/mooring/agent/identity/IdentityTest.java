package io.mooring.agent.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.runtime.failure.Failure;
import java.util.List;
import org.junit.jupiter.api.Test;

class IdentityTest {
  private static final String UUID = "8e2f1a3c-0000-4000-8000-000000000001";

  @Test
  void theWwidIsWhatTheKernelBuildsFromTheSerial() {
    // Seen on Linux 6.12: lsblk's SERIAL and WWN of one LUN.
    assertThat(new Serial("82b6e7f8ffb2f28dcd67afee4151c004").wwid())
        .isEqualTo("3600140582b6e7f8ffb2f28dcd67afee4");
  }

  @Test
  void serialsAreRandomAndStrict() {
    assertThat(Serial.random()).isNotEqualTo(Serial.random());
    assertThat(Serial.isSerial(Serial.random().digits())).isTrue();
    assertThatThrownBy(() -> new Serial("82B6E7F8FFB2F28DCD67AFEE4151C004"))
        .isInstanceOf(Failure.class);
    assertThatThrownBy(() -> new Serial("")).isInstanceOf(Failure.class);
  }

  @Test
  void targetNamesDifferByClusterAndNodeAndAreRecognized() {
    TargetNames names = new TargetNames("san1");

    assertThat(names.target("one", UUID)).isEqualTo(names.target("one", UUID));
    assertThat(names.target("one", UUID)).isNotEqualTo(names.target("two", UUID));
    assertThat(names.isOurs(names.target("one", UUID))).isTrue();
    assertThat(new TargetNames("san").isOurs(names.target("one", UUID))).isFalse();
    assertThat(names.isOurs("iqn.2026-01.io.mooring:san1.disk")).isFalse();
    assertThat(TargetNames.initiator(UUID)).isEqualTo("iqn.2026-01.io.mooring:node." + UUID);
    assertThat(new TargetNames("a".repeat(63)).target("x".repeat(128), UUID).length())
        .isLessThan(224);
  }

  @Test
  void aTargetNameMustBeUsableInAnIqn() {
    for (String name : List.of("", "San1", "-a", "a_b", "a/b", "a".repeat(64))) {
      assertThatThrownBy(() -> new TargetNames(name)).isInstanceOf(Failure.class);
    }
  }

  @Test
  void aNodeHasAtMostOnePublication() {
    VolumeRecord volume =
        new VolumeRecord(Serial.random(), "c", "n", "p", 1, VolumeRecord.State.READY, List.of());

    VolumeRecord twice =
        volume
            .with(new Publication(UUID, "w1", 1, false))
            .with(new Publication(UUID, "w1", 2, true));

    assertThat(twice.publications()).containsExactly(new Publication(UUID, "w1", 2, true));
    assertThat(twice.without(UUID)).isEqualTo(volume);
    assertThatThrownBy(() -> new Publication(UUID, "w1", 0, false))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Publication(UUID, "w1", 256, false))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
