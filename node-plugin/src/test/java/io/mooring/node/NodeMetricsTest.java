package io.mooring.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.heal.Ailment;
import io.mooring.node.iscsi.Portal;
import io.mooring.node.iscsi.SessionState;
import io.mooring.node.iscsi.TargetPortal;
import io.mooring.node.status.Failover;
import io.mooring.node.status.PathStatus;
import io.mooring.node.status.PathsSeen;
import io.mooring.node.status.VolumePaths;
import io.mooring.node.volume.VolumeId;
import io.mooring.runtime.claim.Claim;
import io.mooring.runtime.metrics.HealthEndpoint;
import io.mooring.runtime.metrics.Metrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NodeMetricsTest {
  private static final String VOLUME = "san1/0123456789abcdef0123456789abcdef";
  private static final String IQN = "iqn.2026-01.io.mooring:san1.0123456789abcdef";
  private static final Claim CLAIM = new Claim("shop", "data");

  private final Metrics metrics = new Metrics();
  private final NodeMetrics shown = new NodeMetrics(metrics);

  private static PathStatus path(String iqn, String portal, PathStatus.State state) {
    return new PathStatus(new TargetPortal(iqn, 1, Portal.parse(portal)), "", 0, state);
  }

  private static VolumePaths volume(Claim claim, PathStatus... paths) {
    VolumeId id = VolumeId.parse(VOLUME).orElseThrow();
    return new VolumePaths(id, claim, List.of(), "dm-0", List.of(paths), Optional.empty(), 0);
  }

  private static String series(Claim claim, String portal) {
    return "mooring_path_up{namespace=\"%s\",persistentvolumeclaim=\"%s\",portal=\"%s\",volume=\"%s\"} "
        .formatted(claim.namespace(), claim.name(), portal, VOLUME);
  }

  private List<String> scrape() throws IOException, InterruptedException {
    try (HealthEndpoint endpoint =
            HealthEndpoint.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                metrics,
                Optional::empty);
        HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port() + "/metrics"))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body()
          .lines()
          .filter(line -> line.startsWith("mooring_"))
          .toList();
    }
  }

  @Test
  void whatTheKernelGaveUpIsCountedAndTimedWhereItIsKnownSinceWhen() throws Exception {
    Portal portal = Portal.parse("192.0.2.1:3260");
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    shown.failedOverByKernel(
        new Failover(now, Optional.of(Duration.ofSeconds(15)), portal, Failover.BY_KERNEL));
    shown.failedOverByKernel(new Failover(now, Optional.empty(), portal, Failover.BY_KERNEL));

    assertThat(scrape())
        .contains(
            "mooring_path_kernel_failovers_total 2.0",
            "mooring_path_failover_duration_seconds_count{reason=\"kernel\"} 1");
  }

  @Test
  void eachPathIsASeriesForAsLongAsItIsToldOf() throws Exception {
    shown.seen(
        new PathsSeen(
            List.of(
                volume(
                    CLAIM,
                    path(IQN, "192.0.2.1:3260", PathStatus.State.READY),
                    path(IQN, "[2001:db8:0:0:0:0:0:1]:3260", PathStatus.State.MISSING),
                    path(IQN, "192.0.2.3:3260", PathStatus.State.DRAINED))),
            List.of(SessionState.LOGGED_IN, SessionState.FAILED)));

    assertThat(scrape())
        .noneMatch(line -> line.contains("192.0.2.3"))
        .contains(
            series(CLAIM, "192.0.2.1:3260") + "1.0",
            series(CLAIM, "[2001:db8:0:0:0:0:0:1]:3260") + "0.0",
            "mooring_node_staged_volumes 1.0",
            "mooring_node_paths_expected 2.0",
            "mooring_node_paths_ready 1.0",
            "mooring_iscsi_sessions{state=\"logged_in\"} 1.0",
            "mooring_iscsi_sessions{state=\"failed\"} 1.0",
            "mooring_iscsi_sessions{state=\"free\"} 0.0");
  }

  @Test
  void whatIsHealedIsCountedAndWhatIsWrongIsShownUntilItIsOver() throws Exception {
    shown.healed(Ailment.MAP);
    shown.ran();
    shown.present(Map.of(Ailment.NO_PATH, 3L));
    shown.present(Map.of(Ailment.ORPHAN, 2L));
    assertThat(scrape())
        .contains(
            "mooring_node_heals_total{kind=\"suspended-map\"} 1.0",
            "mooring_node_ailments{kind=\"orphan\"} 2.0",
            "mooring_node_ailments{kind=\"no-path\"} 0.0",
            "mooring_node_commands_total 1.0");
  }

  @Test
  void theSeriesOfAnUnstagedVolumeAreGone() throws Exception {
    shown.seen(
        new PathsSeen(
            List.of(volume(Claim.NONE, path(IQN, "192.0.2.1:3260", PathStatus.State.READY))),
            List.of()));
    shown.seen(new PathsSeen(List.of(), List.of()));

    assertThat(scrape())
        .noneMatch(line -> line.startsWith("mooring_path_up{"))
        .contains("mooring_node_staged_volumes 0.0");
  }

  @Test
  void twoTargetsBehindOneAddressAreOneSeriesThatIsDownWithEither() throws Exception {
    shown.seen(
        new PathsSeen(
            List.of(
                volume(
                    Claim.NONE,
                    path(IQN, "192.0.2.1:3260", PathStatus.State.READY),
                    path(IQN + "2", "192.0.2.1:3260", PathStatus.State.FAILED))),
            List.of()));

    assertThat(scrape()).contains(series(Claim.NONE, "192.0.2.1:3260") + "0.0");
  }

  @Test
  void whatHasNotHappenedYetIsZeroSoThatTheFirstTimeIsARise() throws Exception {
    assertThat(scrape())
        .contains(
            "mooring_path_guard_acts_total{reason=\"carrier\"} 0.0",
            "mooring_path_guard_acts_total{reason=\"silence\"} 0.0",
            "mooring_path_guard_held_back_total{why=\"last-path\"} 0.0",
            "mooring_node_heals_total{kind=\"suspended-map\"} 0.0",
            "mooring_path_failover_duration_seconds_count{reason=\"carrier\"} 0",
            "mooring_node_attach_phase_duration_seconds_count{phase=\"mkfs\"} 0");
  }
}
