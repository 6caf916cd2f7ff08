package io.mooring.charts;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The scheduler is told of the memory that was measured: the table of docs/performance.md. */
final class RequestsTest {
  private static final Pattern MEASURED =
      Pattern.compile("(?m)^\\| `([a-z-]+)` \\| ([0-9.]+) MiB \\| .*\\|$");

  @Test
  void noContainerRequestsLessThanItWasMeasuredToTake() {
    Map<String, BigDecimal> measured =
        MEASURED
            .matcher(Chart.file("docs/performance.md"))
            .results()
            .collect(Collectors.toMap(row -> row.group(1), row -> bytes(row.group(2))));
    Map<String, BigDecimal> requested =
        Chart.render(Samples.AGENTS).containers().stream()
            .filter(container -> measured.containsKey(container.getName()))
            .collect(Collectors.toMap(Container::getName, RequestsTest::request, BigDecimal::min));

    assertThat(measured)
        .containsOnlyKeys(
            "mooring-node",
            "mooring-controller",
            "mooring-agent",
            "csi-provisioner",
            "csi-attacher")
        .allSatisfy((container, rss) ->
            assertThat(requested.get(container)).as(container).isGreaterThanOrEqualTo(rss));
  }

  private static BigDecimal bytes(String mib) {
    return new BigDecimal(mib).multiply(BigDecimal.valueOf(1 << 20));
  }

  private static BigDecimal request(Container container) {
    return Quantity.getAmountInBytes(
        Objects.requireNonNull(container.getResources().getRequests().get("memory")));
  }
}
