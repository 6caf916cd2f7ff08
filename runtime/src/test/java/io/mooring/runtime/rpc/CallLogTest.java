package io.mooring.runtime.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.mooring.csi.v1.GetPluginInfoRequest;
import io.mooring.csi.v1.GetPluginInfoResponse;
import io.mooring.csi.v1.IdentityGrpc;
import io.mooring.csi.v1.NodeGrpc;
import io.mooring.csi.v1.NodeStageVolumeRequest;
import io.mooring.csi.v1.ProbeRequest;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.metrics.HealthEndpoint;
import io.mooring.runtime.metrics.Metrics;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CallLogTest {
  @TempDir Path directory;

  private final Probes probes = new Probes();
  private final Metrics metrics = new Metrics();
  private RpcServer server;
  private ManagedChannel channel;
  private RecordedLog log;

  @BeforeEach
  void start() {
    log = new RecordedLog(CallLog.class);
    Path socket = directory.resolve("s");
    server =
        RpcServer.unix(
                socket, List.of(probes.identity, probes.node), new CallLog("mooring-test", metrics))
            .start();
    channel = Channels.unix(socket);
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
    log.close();
  }

  @Test
  void aCallIsOneLineWithItsRequestItsCodeItsTimeAndItsCallerAndWithoutItsSecrets() {
    var _ =
        NodeGrpc.newBlockingStub(channel)
            .nodeStageVolume(
                NodeStageVolumeRequest.newBuilder()
                    .setVolumeId("alpha/0123")
                    .putSecrets("chap-password", "hunter2")
                    .build());

    assertThat(log.lines()).hasSize(1);
    assertThat(log.lines().getFirst())
        .matches(
            "INFO csi.v1.Node/NodeStageVolume OK in \\d+ ms from unix "
                + "\\{volume_id: \"alpha/0123\", secrets: <1 stripped>}");
  }

  @Test
  void aRefusalIsLoggedWithItsSentence() {
    probes.pluginName.set(() -> {
      throw Failure.notFound("volume x is not there");
    });
    IdentityGrpc.IdentityBlockingStub identity = IdentityGrpc.newBlockingStub(channel);
    assertThatThrownBy(() -> identity.getPluginInfo(GetPluginInfoRequest.getDefaultInstance()))
        .isInstanceOf(StatusRuntimeException.class);

    assertThat(log.lines()).hasSize(1);
    assertThat(log.lines().getFirst())
        .startsWith("INFO csi.v1.Identity/GetPluginInfo NOT_FOUND")
        .endsWith("{}: volume x is not there");
  }

  @Test
  void noisyCallsAreQuietWhileTheySucceed() {
    var _ = IdentityGrpc.newBlockingStub(channel).probe(ProbeRequest.getDefaultInstance());

    assertThat(log.lines()).hasSize(1);
    assertThat(log.lines().getFirst()).startsWith("FINE csi.v1.Identity/Probe OK");
  }

  @Test
  void aCancelledCallIsLoggedOnce() {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    probes.pluginName.set(() -> {
      begun.countDown();
      awaitQuietly(mayEnd);
      ended.countDown();
      return "late";
    });
    ListenableFuture<GetPluginInfoResponse> call =
        IdentityGrpc.newFutureStub(channel)
            .getPluginInfo(GetPluginInfoRequest.getDefaultInstance());
    awaitQuietly(begun);

    call.cancel(true);
    mayEnd.countDown();
    awaitQuietly(ended);
    await().until(() -> !log.lines().isEmpty());
    server.close();

    assertThat(log.lines()).hasSize(1);
    assertThat(log.lines().getFirst()).startsWith("INFO csi.v1.Identity/GetPluginInfo");
  }

  @Test
  void callsAreMeasured() throws Exception {
    var _ =
        IdentityGrpc.newBlockingStub(channel)
            .getPluginInfo(GetPluginInfoRequest.getDefaultInstance());

    try (HealthEndpoint endpoint =
            HealthEndpoint.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                metrics,
                Optional::empty);
        HttpClient client = HttpClient.newHttpClient()) {
      String text =
          client
              .send(
                  HttpRequest.newBuilder(
                          URI.create("http://127.0.0.1:" + endpoint.port() + "/metrics"))
                      .build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();
      assertThat(text)
          .contains(
              "mooring_rpc_duration_seconds_count{code=\"OK\",method=\"GetPluginInfo\",service=\"csi.v1.Identity\"} 1");
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
