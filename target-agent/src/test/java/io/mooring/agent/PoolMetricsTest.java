package io.mooring.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.agent.pool.PoolStatus;
import io.mooring.agent.pool.PoolUse;
import io.mooring.runtime.metrics.HealthEndpoint;
import io.mooring.runtime.metrics.Metrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PoolMetricsTest {
  private static final PoolStatus FILLING =
      new PoolStatus(
          2000, 500, 500, "", Optional.of(new PoolUse(1000, 1500, 0.85, OptionalDouble.of(0.25))));

  private final Metrics metrics = new Metrics();
  private final PoolMetrics shown = new PoolMetrics(metrics);

  private String scrape() throws IOException, InterruptedException {
    try (HealthEndpoint endpoint =
            HealthEndpoint.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                metrics,
                Optional::empty);
        HttpClient client = HttpClient.newHttpClient()) {
      URI address = URI.create("http://127.0.0.1:" + endpoint.port() + "/metrics");
      return client
          .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  @Test
  void aPoolTellsHowFullItIsAndWhatItHasPromised() throws Exception {
    shown.show("fast", FILLING);

    assertThat(scrape())
        .contains(
            "mooring_agent_pool_size_bytes{pool=\"fast\"} 1000.0",
            "mooring_agent_pool_promised_bytes{pool=\"fast\"} 1500.0",
            "mooring_agent_pool_total_bytes{pool=\"fast\"} 2000.0",
            "mooring_agent_pool_available_bytes{pool=\"fast\"} 500.0",
            "mooring_agent_pool_data_used_ratio{pool=\"fast\"} 0.85",
            "mooring_agent_pool_metadata_used_ratio{pool=\"fast\"} 0.25",
            "mooring_agent_pool_refusing{pool=\"fast\"} 0.0");
  }

  @Test
  void theSeriesOfAPoolThatHasVanishedStayWithoutAValue() throws Exception {
    shown.show("fast", FILLING);
    shown.show("fast", PoolStatus.unknown("its disk is gone"));

    assertThat(scrape())
        .contains(
            "mooring_agent_pool_size_bytes{pool=\"fast\"} NaN",
            "mooring_agent_pool_data_used_ratio{pool=\"fast\"} NaN",
            "mooring_agent_pool_metadata_used_ratio{pool=\"fast\"} NaN",
            "mooring_agent_pool_refusing{pool=\"fast\"} 1.0");
  }

  @Test
  void aPoolOfFilesHasNoMetadataOfItsOwn() throws Exception {
    shown.show(
        "files",
        new PoolStatus(1, 1, 1, "", Optional.of(new PoolUse(1, 0, 0.5, OptionalDouble.empty()))));

    assertThat(scrape())
        .contains(
            "mooring_agent_pool_data_used_ratio{pool=\"files\"} 0.5",
            "mooring_agent_pool_metadata_used_ratio{pool=\"files\"} NaN");
  }
}
