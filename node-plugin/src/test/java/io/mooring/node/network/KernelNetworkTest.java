package io.mooring.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real kernel, on its loopback link. */
class KernelNetworkTest {
  private static final long ANOTHER_COOKIE = 42;

  private final KernelNetwork network = new KernelNetwork();

  @AfterEach
  void close() {
    network.close();
  }

  /** Two ends of a connection. */
  private record Pair(ServerSocket listening, Socket client, Socket server)
      implements AutoCloseable {
    static Pair over(String loopback) throws IOException {
      InetAddress address = InetAddress.ofLiteral(loopback);
      ServerSocket listening = new ServerSocket(0, 1, address);
      Socket client = new Socket(address, listening.getLocalPort());
      return new Pair(listening, client, listening.accept());
    }

    TcpConnection connection() {
      return new TcpConnection(
          (InetSocketAddress) client.getLocalSocketAddress(),
          (InetSocketAddress) client.getRemoteSocketAddress());
    }

    @Override
    public void close() throws IOException {
      client.close();
      server.close();
      listening.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aConnectionThatIsAnsweredHasNothingUnacknowledged(String loopback) throws IOException {
    try (Pair pair = Pair.over(loopback)) {
      pair.client().getOutputStream().write(1);
      assertThat(pair.server().getInputStream().read()).isEqualTo(1);
      TcpHealth health = network.health(pair.connection()).orElseThrow();
      assertThat(health.unacknowledged()).isZero();
      assertThat(health.timeouts()).isZero();
      assertThat(health.sinceAck()).isLessThan(Duration.ofSeconds(30));
      assertThat(health.sinceSent()).isLessThan(Duration.ofSeconds(30));
      assertThat(health.cookie()).isNotZero();
    }
  }

  @Test
  void aConnectionThatWasClosedHasNoHealth() throws IOException {
    TcpConnection connection;
    try (Pair pair = Pair.over("127.0.0.1")) {
      connection = pair.connection();
    }
    assertThat(network.health(connection)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void packetsToOneselfLeaveByTheLoopbackLink(String loopback) throws IOException {
    try (Pair pair = Pair.over(loopback)) {
      assertThat(network.linkTowards(pair.connection())).contains(new Link("lo", true));
    }
  }

  @Test
  void anAddressThatThisHostDoesNotHaveLeadsNowhere() {
    TcpConnection nowhere =
        new TcpConnection(
            new InetSocketAddress(InetAddress.ofLiteral("203.0.113.7"), 40000),
            new InetSocketAddress(InetAddress.ofLiteral("203.0.113.8"), 3260));
    assertThat(network.linkTowards(nowhere)).isEmpty();
  }

  @Test
  void withoutNewsTheWaitEnds() {
    assertThat(network.awaitChange(Duration.ZERO)).isFalse();
  }

  /** As root it is done or there is nothing to do; anybody else is told what is missing. */
  @Test
  void onlyTheVerySocketThatWasLookedAtIsDestroyed() throws IOException {
    try (Pair pair = Pair.over("127.0.0.1")) {
      TcpConnection connection = pair.connection();
      long cookie = network.health(connection).orElseThrow().cookie();
      Destruction wrong = network.destroy(connection, ANOTHER_COOKIE);
      assertThat(network.health(connection)).isPresent();
      Destruction right = network.destroy(connection, cookie);
      if (right == Destruction.DONE) {
        assertThat(wrong).isEqualTo(Destruction.GONE);
        assertThat(network.health(connection)).isEmpty();
        assertThatExceptionOfType(IOException.class)
            .isThrownBy(() -> pair.client().getOutputStream().write(1));
      } else {
        assertThat(right).isEqualTo(Destruction.UNSUPPORTED);
        assertThat(network.health(connection)).isPresent();
      }
    }
  }
}
