package io.mooring.runtime.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HealthEndpointTest {
  private static final InetSocketAddress LOOPBACK =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private final Metrics metrics = new Metrics();
  private final AtomicReference<Supplier<Optional<String>>> notReady =
      new AtomicReference<>(Optional::empty);
  private volatile @Nullable String lost;
  private final HttpClient client = HttpClient.newHttpClient();
  private HealthEndpoint endpoint;

  @BeforeEach
  void start() {
    endpoint =
        HealthEndpoint.start(
            LOOPBACK, metrics, () -> Optional.ofNullable(lost), () -> notReady.get().get());
  }

  @AfterEach
  void stop() {
    endpoint.close();
    client.close();
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port() + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void aLiveProcessSaysSo() throws Exception {
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    assertThat(get("/healthz").body()).isEqualTo("ok\n");
  }

  @Test
  void aProcessThatIsNotReadySaysWhy() throws Exception {
    assertThat(get("/readyz").statusCode()).isEqualTo(200);
    assertThat(get("/metrics").body()).contains("mooring_ready 1.0");

    notReady.set(() -> Optional.of("multipathd does not answer; start it"));

    assertThat(get("/readyz").statusCode()).isEqualTo(503);
    assertThat(get("/readyz").body()).isEqualTo("multipathd does not answer; start it\n");
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    assertThat(get("/metrics").body()).contains("mooring_ready 0.0");
  }

  @Test
  void aProcessThatNobodyReachesAnyMoreIsNotHealthy() throws Exception {
    lost = "somebody has removed the socket; start this process anew";

    assertThat(get("/healthz").statusCode()).isEqualTo(503);
    assertThat(get("/healthz").body()).contains("somebody has removed the socket");
    assertThat(get("/readyz").statusCode()).isEqualTo(200);
  }

  @Test
  void aSupplierThatThrowsIsNotReady() throws Exception {
    notReady.set(() -> {
      throw Failure.internal("look failed");
    });

    assertThat(get("/readyz").statusCode()).isEqualTo(503);
    assertThat(get("/readyz").body()).contains("look failed");
  }

  @Test
  void otherPathsAreNotThere() throws Exception {
    assertThat(get("/readyz/more").statusCode()).isEqualTo(404);
    assertThat(get("/other").statusCode()).isEqualTo(404);
  }

  @Test
  void allSortsOfMetricsAreExported() throws Exception {
    metrics
        .durations("mooring_attach_duration_seconds", "h", "step")
        .add(Duration.ofMillis(30), "scan");
    Metrics.Count count = metrics.count("mooring_paths_lost", "h", "target");
    count.increment("alpha");
    count.increment("alpha");
    Metrics.Level level = metrics.level("mooring_pool_free_bytes", "h", "pool");
    level.set(5, "fast");
    level.set(6, "slow");
    level.remove("slow");
    metrics.level("mooring_sessions", "h", () -> 7);
    metrics.levels("mooring_path_up", "h", series -> series.add(1, "a:1"), "portal");

    assertThat(get("/metrics").body())
        .contains(
            "mooring_attach_duration_seconds_bucket{step=\"scan\",le=\"0.025\"} 0",
            "mooring_attach_duration_seconds_bucket{step=\"scan\",le=\"0.05\"} 1",
            "mooring_paths_lost_total{target=\"alpha\"} 2.0",
            "mooring_pool_free_bytes{pool=\"fast\"} 5.0",
            "mooring_sessions 7.0",
            "mooring_path_up{portal=\"a:1\"} 1.0",
            "jvm_memory_used_bytes")
        .doesNotContain("slow");
  }

  @Test
  void anAddressThatIsTakenIsNamed() {
    InetSocketAddress taken =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), endpoint.port());

    assertThatThrownBy(() -> HealthEndpoint.start(taken, metrics, Optional::empty))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("metrics-listen");
  }

  @Test
  void closedIsClosed() {
    endpoint.close();

    assertThatThrownBy(() -> get("/healthz")).isInstanceOf(IOException.class);
  }
}
