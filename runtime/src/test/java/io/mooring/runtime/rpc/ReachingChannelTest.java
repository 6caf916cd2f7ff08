package io.mooring.runtime.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mooring.csi.v1.IdentityGrpc;
import io.mooring.csi.v1.ProbeRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ReachingChannelTest {
  @TempDir Path directory;

  /** A server that hangs up on everybody, and counts. */
  private static void hangUp(ServerSocket listening, AtomicInteger connections) {
    try {
      while (true) {
        listening.accept().close();
        connections.incrementAndGet();
      }
    } catch (IOException e) {
      assertThat(listening.isClosed()).isTrue();
    }
  }

  @Test
  void eachCallTriesToConnectAgain() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    try (ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> hangUp(listening, connections));
      ManagedChannel channel =
          Channels.mutualTls(
              "127.0.0.1:" + listening.getLocalPort(),
              TestCertificates.authority("x").issue(directory, "y"),
              "z");

      // By itself the channel makes about five attempts in this time, ever fewer.
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> {
            try {
              return IdentityGrpc.newBlockingStub(channel)
                  .withDeadlineAfter(5, TimeUnit.SECONDS)
                  .probe(ProbeRequest.getDefaultInstance())
                  .hasReady();
            } catch (StatusRuntimeException e) {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
              return connections.get() >= 10;
            }
          });
      assertThat(channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void theThreadOfAUnixChannelEndsWithIt() throws Exception {
    ManagedChannel channel = Channels.unix(directory.resolve("nobody"));
    try {
      var _ = IdentityGrpc.newBlockingStub(channel).probe(ProbeRequest.getDefaultInstance());
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }
    assertThat(clientThreads()).isPositive();

    assertThat(channel.shutdown().awaitTermination(5, TimeUnit.SECONDS)).isTrue();

    await().until(() -> clientThreads() == 0);
  }

  private static long clientThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("rpc-client"))
        .count();
  }
}
