package io.mooring.node.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.node.iscsi.Portal;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublishContextParserTest {
  private static final VolumeId VOLUME = NodeUnderTest.VOLUME;
  private static final String TARGET =
      "{\"iqn\":\"iqn.2026-01.io.mooring:a\",\"tpgt\":1,\"lun\":5,\"portals\":[\"10.0.0.1:3260\"]}";

  private static Map<String, String> good() {
    return new HashMap<>(
        Map.of(
            "wwid",
            VOLUME.wwid().value(),
            "serial",
            VOLUME.serial(),
            "sizeBytes",
            "1073741824",
            "readOnly",
            "false",
            "targets",
            "[" + TARGET + "]"));
  }

  @Test
  void readsWhatTheControllerWrites() {
    PublishContext context = PublishContextParser.parse(VOLUME, good());
    assertThat(context.wwid()).isEqualTo(VOLUME.wwid());
    assertThat(context.sizeBytes()).isEqualTo(1L << 30);
    assertThat(context.readOnly()).isFalse();
    assertThat(context.routes())
        .singleElement()
        .satisfies(route -> {
          assertThat(route.lun()).isEqualTo(5);
          assertThat(route.portal()).isEqualTo(Portal.parse("10.0.0.1:3260"));
        });
  }

  @Test
  void aVolumeMayBeServedBySeveralTargetsUnderDifferentNumbers() {
    Map<String, String> context = good();
    context.put(
        "targets",
        "["
            + TARGET
            + ",{\"iqn\":\"iqn.2026-01.io.mooring:b\",\"tpgt\":2,\"lun\":255,\"portals\":[\"[2001:db8::1]:3260\",\"10.0.0.2:3261\"]}]");
    PublishContext parsed = PublishContextParser.parse(VOLUME, context);
    assertThat(parsed.targets()).hasSize(2);
    assertThat(parsed.routes()).extracting(Route::lun).containsExactly(5, 255, 255);
  }

  @Test
  void limitsAreReadWhereThereAreAny() {
    Map<String, String> context = good();
    assertThat(PublishContextParser.parse(VOLUME, context).limits()).isEqualTo(VolumeLimits.NEVER);
    context.put(
        "limits",
        "{\"revision\":3,\"readIops\":500,\"writeIops\":0,\"readBytesPerSecond\":0,"
            + "\"writeBytesPerSecond\":2000000}");
    assertThat(PublishContextParser.parse(VOLUME, context).limits())
        .isEqualTo(new VolumeLimits(500, 0, 0, 2_000_000, 3));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5",
        "{",
        "{\"revision\":3}",
        "{\"revision\":-1,\"readIops\":1,\"writeIops\":1,\"readBytesPerSecond\":1,\"writeBytesPerSecond\":1}"
      })
  void limitsInAnotherFormAreNamed(String limits) {
    Map<String, String> context = good();
    context.put("limits", limits);
    assertThatThrownBy(() -> PublishContextParser.parse(VOLUME, context))
        .hasMessageContaining("'limits'")
        .extracting(thrown -> ((Failure) thrown).kind())
        .isEqualTo(Kind.INVALID_ARGUMENT);
  }

  @Test
  void keysOfANewerControllerAreLeftAlone() {
    Map<String, String> context = good();
    context.put("generation", "3");
    assertThat(PublishContextParser.parse(VOLUME, context).sizeBytes()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"wwid", "serial", "sizeBytes", "readOnly", "targets"})
  void aMissingKeyIsNamed(String key) {
    Map<String, String> context = good();
    context.remove(key);
    assertRefused(context, key);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "wwid | 36001405fedcba9876543210fedcba987",
        "wwid | x",
        "serial | fedcba9876543210fedcba9876543210",
        "sizeBytes | 0",
        "sizeBytes | -1",
        "sizeBytes | 1G",
        "sizeBytes | 9223372036854775808",
        "readOnly | yes",
        "readOnly | TRUE",
        "targets | nonsense",
        "targets | [",
        "targets | {}",
        "targets | []",
        "targets | [1]"
      })
  void aMalformedValueIsNamed(String key, String value) {
    Map<String, String> context = good();
    context.put(key, value);
    assertRefused(context, key);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"lun\":5 | \"lun\":0",
        "\"lun\":5 | \"lun\":256",
        "\"lun\":5 | \"lun\":\"5\"",
        "\"lun\":5 | \"lun\":5.5",
        "\"lun\":5 | \"lun\":1e1",
        "\"lun\":5 | \"lun\":-5",
        "\"lun\":5, | ",
        "\"tpgt\":1 | \"tpgt\":0",
        "\"tpgt\":1 | \"tpgt\":null",
        "\"iqn.2026-01.io.mooring:a\" | \"../../etc\"",
        "\"iqn.2026-01.io.mooring:a\" | \"iqn.2026-01.io.mooring:a b\"",
        "\"iqn.2026-01.io.mooring:a\" | 7",
        "[\"10.0.0.1:3260\"] | []",
        "[\"10.0.0.1:3260\"] | [\"storage.example:3260\"]",
        "[\"10.0.0.1:3260\"] | [\"10.0.0.1\"]",
        "[\"10.0.0.1:3260\"] | [\"10.0.0.1:3260\",\"10.0.0.1:3260\"]",
        "[\"10.0.0.1:3260\"] | [5]"
      })
  void aMalformedTargetIsRefused(String right, String wrong) {
    Map<String, String> context = good();
    String text = TARGET.replace(right, wrong == null ? "" : wrong);
    assertThat(text).isNotEqualTo(TARGET);
    context.put("targets", "[" + text + "]");
    assertRefused(context, "targets");
  }

  @Test
  void oneTargetIsNotNamedTwice() {
    Map<String, String> context = good();
    context.put("targets", "[" + TARGET + "," + TARGET + "]");
    assertRefused(context, "targets");
  }

  private static void assertRefused(Map<String, String> context, String key) {
    assertThatThrownBy(() -> PublishContextParser.parse(VOLUME, context))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.kind()).isEqualTo(Kind.INVALID_ARGUMENT);
              assertThat(failure.sentence()).contains("'" + key + "'");
            });
  }
}
