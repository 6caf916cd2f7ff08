package io.mooring.controller.target.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.mooring.controller.target.Agent;
import io.mooring.controller.target.StorageTarget;
import io.mooring.controller.testing.FakeAgent;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.metrics.Metrics;
import io.mooring.runtime.rpc.CallLog;
import io.mooring.runtime.rpc.RpcServer;
import io.mooring.runtime.rpc.TestCertificates;
import io.mooring.runtime.rpc.TlsFiles;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real TLS on loopback: each way in which an agent cannot be believed or reached. */
@Timeout(60)
class AgentTlsTest {
  private static final TestCertificates AUTHORITY = TestCertificates.authority("mooring test");
  private static final TestCertificates FOREIGN = TestCertificates.authority("somebody else");

  @TempDir Path directory;

  private final FakeAgent san = new FakeAgent("san-a");
  private TlsFiles own = new TlsFiles(Path.of("a"), Path.of("b"), Path.of("c"));

  @BeforeEach
  void prepare() {
    san.storage().pool("fast", 1L << 30);
    own = AUTHORITY.issue(directory.resolve("controller"), "mooring-controller");
  }

  private RpcServer serve(TlsFiles files, int port) {
    return RpcServer.mutualTls(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
            files,
            Set.of("mooring-controller"),
            List.of(san),
            new CallLog("mooring-agent", new Metrics()))
        .start();
  }

  private TlsFiles agentFiles() {
    return AUTHORITY.issue(directory.resolve("agent"), "san-a");
  }

  private static StorageTarget target(int port) {
    return new StorageTarget("san-a", "127.0.0.1:" + port, "san-a");
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(20));
  }

  private static void unreachable(Agent agent, int port, String reason) {
    Failure e = catchThrowableOfType(Failure.class, () -> agent.withName("pvc-1", soon()));
    assertThat(e).isNotNull();
    assertThat(e.kind()).as(e.sentence()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(e.sentence()).contains("san-a", "127.0.0.1:" + port, reason);
  }

  private void unreachable(TlsFiles server, TlsFiles client, String reason) {
    try (RpcServer agent = serve(server, 0);
        GrpcAgents agents = GrpcAgents.mutualTls(() -> "cluster-1", true, client)) {
      unreachable(agents.of(target(agent.port())), agent.port(), reason);
    }
    assertThat(san.calls()).isEmpty();
  }

  @Test
  void anAgentThatProvesItselfIsAsked() {
    try (RpcServer agent = serve(agentFiles(), 0);
        GrpcAgents agents = GrpcAgents.mutualTls(() -> "cluster-1", true, own)) {
      assertThat(agents.of(target(agent.port())).describe(soon()).pools())
          .singleElement()
          .satisfies(pool -> assertThat(pool.name()).isEqualTo("fast"));
    }
  }

  @Test
  void whenAnAgentsCertificateEndsIsKnownForAsLongAsItIsATarget() {
    try (RpcServer agent = serve(agentFiles(), 0);
        GrpcAgents agents = GrpcAgents.mutualTls(() -> "cluster-1", true, own)) {
      assertThat(agents.certificateEnds()).isEmpty();
      var _ = agents.of(target(agent.port())).describe(soon());

      Instant inAMonth = Instant.now().plus(Duration.ofDays(30));
      assertThat(agents.certificateEnds()).containsOnlyKeys("san-a");
      assertThat(agents.certificateEnds().get("san-a"))
          .isBetween(inAMonth.minusSeconds(120), inAMonth);

      agents.keepOnly(Set.of());
      assertThat(agents.certificateEnds()).isEmpty();
    }
  }

  @Test
  void aCertificateForAnotherNameIsRefused() {
    unreachable(
        AUTHORITY.issue(directory.resolve("agent"), "san-x"), own, "certificate is not acceptable");
  }

  @Test
  void aCertificateOfAnotherAuthorityIsRefused() {
    unreachable(
        FOREIGN.issue(directory.resolve("agent"), "san-a"), own, "certificate is not acceptable");
  }

  @Test
  void anExpiredCertificateIsRefused() {
    unreachable(
        AUTHORITY.issueExpired(directory.resolve("agent"), "san-a"),
        own,
        "certificate is not acceptable");
  }

  @Test
  void anAgentThatDoesNotAllowUsIsUnavailable() {
    try (RpcServer agent = serve(agentFiles(), 0);
        GrpcAgents agents =
            GrpcAgents.mutualTls(
                () -> "cluster-1", true, AUTHORITY.issue(directory.resolve("other"), "other"))) {
      Failure e =
          catchThrowableOfType(
              Failure.class, () -> agents.of(target(agent.port())).delete("0".repeat(32), soon()));
      assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
      assertThat(e.sentence()).contains("san-a", "tls.allowed-clients");
    }
    assertThat(san.calls()).isEmpty();
  }

  @Test
  void ourOwnCertificateFromAnotherAuthorityIsRefusedByTheAgent() {
    TlsFiles foreign = FOREIGN.issue(directory.resolve("foreign"), "mooring-controller");
    Path authority = AUTHORITY.writeAuthority(directory.resolve("mooring-ca.crt"));

    unreachable(
        agentFiles(),
        new TlsFiles(foreign.certificate(), foreign.privateKey(), authority),
        "refuses our certificate");
  }

  @Test
  void anAgentWithoutTlsIsRefused() throws IOException {
    Server plain =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(san)
            .build()
            .start();
    try (GrpcAgents agents = GrpcAgents.mutualTls(() -> "cluster-1", true, own)) {
      unreachable(agents.of(target(plain.getPort())), plain.getPort(), "does not speak TLS");
    } finally {
      plain.shutdownNow();
    }
    assertThat(san.calls()).isEmpty();
  }

  @Test
  void anAgentThatComesBackAnswersTheFirstCall() {
    try (GrpcAgents agents = GrpcAgents.mutualTls(() -> "cluster-1", true, own)) {
      int port;
      try (RpcServer agent = serve(agentFiles(), 0)) {
        port = agent.port();
        assertThat(agents.of(target(port)).describe(soon()).pools()).hasSize(1);
      }
      Agent agent = agents.of(target(port));
      unreachable(agent, port, "refuses the connection");
      unreachable(agent, port, "refuses the connection");
      try (RpcServer _ = serve(agentFiles(), port)) {
        assertThat(agent.withName("pvc-1", soon())).isEmpty();
      }
    }
  }
}
