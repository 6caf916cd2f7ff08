package io.mooring.charts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * What the chart says of itself, and that the other tests would notice a field that does not exist.
 */
final class MetadataTest {
  @Test
  void versionsAreThoseOfTheProject() {
    Map<?, ?> chart =
        (Map<?, ?>)
            Objects.requireNonNull(
                new Load(LoadSettings.builder().build())
                    .loadFromString(Chart.file("charts/mooring/Chart.yaml")));

    assertThat(chart.get("version")).isEqualTo(System.getProperty("mooring.version"));
    assertThat(chart.get("appVersion")).isEqualTo(System.getProperty("mooring.version"));
  }

  @Test
  void aFieldThatItsTypeDoesNotHaveIsRefused() {
    String service =
        """
        apiVersion: v1
        kind: Service
        metadata: {name: a}
        spec: {clusterIp: None}
        """;

    assertThatThrownBy(() -> Rendered.parse(service)).hasMessageContaining("clusterIp");
  }

  @Test
  void aKeyThatIsGivenTwiceIsRefused() {
    assertThatThrownBy(() -> Rendered.parse("kind: Service\nkind: Secret\n"))
        .hasMessageContaining("duplicate key");
  }
}
