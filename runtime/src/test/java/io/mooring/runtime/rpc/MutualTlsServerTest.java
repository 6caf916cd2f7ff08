package io.mooring.runtime.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.mooring.csi.v1.GetPluginInfoRequest;
import io.mooring.csi.v1.IdentityGrpc;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.metrics.Metrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class MutualTlsServerTest {
  private static final TestCertificates AUTHORITY = TestCertificates.authority("mooring test");
  private static final TestCertificates FOREIGN = TestCertificates.authority("somebody else");
  private static final InetSocketAddress LOOPBACK =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @TempDir Path directory;

  private final List<ManagedChannel> channels = new ArrayList<>();
  private TlsFiles serverFiles;
  private RpcServer server;

  @BeforeEach
  void start() {
    serverFiles = AUTHORITY.issue(directory.resolve("agent"), "agent-1");
    server = server(serverFiles, Set.of("mooring-controller", "other"));
  }

  @AfterEach
  void stop() {
    channels.forEach(ManagedChannel::shutdownNow);
    server.close();
  }

  private static RpcServer server(TlsFiles files, Set<String> allowed) {
    return RpcServer.mutualTls(
            LOOPBACK,
            files,
            allowed,
            List.of(new Probes().identity),
            new CallLog("mooring-agent", new Metrics()))
        .start();
  }

  private ManagedChannel channel(TlsFiles files, String serverName) {
    ManagedChannel channel = Channels.mutualTls("127.0.0.1:" + server.port(), files, serverName);
    channels.add(channel);
    return channel;
  }

  private TlsFiles client(TestCertificates authority, String name) {
    return authority.issue(directory.resolve("client"), name);
  }

  private static String ask(ManagedChannel channel) {
    return IdentityGrpc.newBlockingStub(channel)
        .withDeadlineAfter(20, TimeUnit.SECONDS)
        .getPluginInfo(GetPluginInfoRequest.getDefaultInstance())
        .getName();
  }

  private static Failure failureOf(ManagedChannel channel) {
    try {
      ask(channel);
    } catch (StatusRuntimeException e) {
      return Statuses.toFailure(e, "storage target alpha");
    }
    throw new AssertionError("the call was answered");
  }

  @Test
  void anAllowedClientIsServed() {
    assertThat(ask(channel(client(AUTHORITY, "mooring-controller"), "agent-1")))
        .isEqualTo("csi.example");
  }

  @Test
  void aClientOfTheAuthorityWithAnotherNameIsRefusedByName() {
    Failure failure = failureOf(channel(client(AUTHORITY, "mooring-node"), "agent-1"));

    assertThat(failure.kind()).isEqualTo(Kind.PERMISSION_DENIED);
    assertThat(failure.sentence())
        .startsWith("storage target alpha: the client certificate of mooring-node@")
        .contains("tls.allowed-clients");
  }

  @Test
  void withoutAListAnyClientOfTheAuthorityIsServed() {
    server.close();
    server = server(serverFiles, Set.of());

    assertThat(ask(channel(client(AUTHORITY, "anybody"), "agent-1"))).isEqualTo("csi.example");
  }

  @Test
  void aClientOfAnotherAuthorityIsRefused() {
    TlsFiles foreign = client(FOREIGN, "mooring-controller");
    TlsFiles trustingUs =
        new TlsFiles(foreign.certificate(), foreign.privateKey(), serverFiles.authority());

    Failure failure = failureOf(channel(trustingUs, "agent-1"));

    assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(failure.sentence()).startsWith("storage target alpha: ");
  }

  @Test
  void anExpiredClientIsRefused() {
    TlsFiles expired = AUTHORITY.issueExpired(directory.resolve("client"), "mooring-controller");

    assertThat(failureOf(channel(expired, "agent-1")).kind()).isEqualTo(Kind.UNAVAILABLE);
  }

  @Test
  void aClientWithoutACertificateIsRefused() throws SSLException {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.port())
            .sslContext(
                GrpcSslContexts.forClient().trustManager(serverFiles.authority().toFile()).build())
            .overrideAuthority("agent-1")
            .build();
    channels.add(channel);

    assertThat(failureOf(channel).kind()).isEqualTo(Kind.UNAVAILABLE);
  }

  @Test
  void aPlainTextClientIsRefused() {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
    channels.add(channel);

    assertThat(failureOf(channel).kind()).isEqualTo(Kind.UNAVAILABLE);
  }

  @Test
  void aServerOfAnotherNameIsNotBelieved() {
    Failure failure = failureOf(channel(client(AUTHORITY, "mooring-controller"), "agent-2"));

    assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(failure.sentence())
        .contains("its certificate is not acceptable")
        .contains("agent-2")
        .contains("tls.authority");
  }

  @Test
  void aServerOfAnotherAuthorityIsNotBelieved() {
    TlsFiles ours = client(AUTHORITY, "mooring-controller");
    TlsFiles trustingOthers =
        new TlsFiles(
            ours.certificate(),
            ours.privateKey(),
            FOREIGN.writeAuthority(directory.resolve("foreign.crt")));

    assertThat(failureOf(channel(trustingOthers, "agent-1")).sentence())
        .contains("its certificate is not acceptable");
  }

  @Test
  void anExpiredServerIsNotBelieved() {
    server.close();
    server = server(AUTHORITY.issueExpired(directory.resolve("agent"), "agent-1"), Set.of());

    assertThat(failureOf(channel(client(AUTHORITY, "mooring-controller"), "agent-1")).sentence())
        .contains("its certificate is not acceptable");
  }

  @Test
  void aServerThatIsNotThereIsSaidToRefuse() {
    ManagedChannel channel = channel(client(AUTHORITY, "mooring-controller"), "agent-1");
    server.close();

    Failure failure = failureOf(channel);

    assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(failure.sentence())
        .isEqualTo(
            "storage target alpha: it refuses the connection; check that its process runs and listens there");
  }

  @Test
  void aServerThatSpeaksNoTlsIsNamedAsSuch() throws Exception {
    try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual()
          .start(() -> {
            try (var accepted = plain.accept()) {
              accepted
                  .getOutputStream()
                  .write("220 mail.example ESMTP\r\n".getBytes(StandardCharsets.US_ASCII));
              accepted.getInputStream().readAllBytes();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      ManagedChannel channel =
          Channels.mutualTls(
              "127.0.0.1:" + plain.getLocalPort(),
              client(AUTHORITY, "mooring-controller"),
              "agent-1");
      channels.add(channel);

      assertThat(failureOf(channel).sentence()).contains("it does not speak TLS");
    }
  }

  @Test
  void aRenewedCertificateIsUsedForTheNextConnectionWithoutARestart() throws Exception {
    TlsFiles files = client(AUTHORITY, "mooring-controller");
    assertThat(ask(channel(files, "agent-1"))).isEqualTo("csi.example");

    TlsFiles renewed = AUTHORITY.issue(directory.resolve("renewed"), "agent-9");
    Files.copy(renewed.privateKey(), serverFiles.privateKey(), StandardCopyOption.REPLACE_EXISTING);
    // Half of the pair is new: the server goes on with the old one.
    assertThat(ask(channel(files, "agent-1"))).isEqualTo("csi.example");
    Files.copy(
        renewed.certificate(), serverFiles.certificate(), StandardCopyOption.REPLACE_EXISTING);

    await()
        .untilAsserted(() -> assertThat(ask(channel(files, "agent-9"))).isEqualTo("csi.example"));
    assertThat(failureOf(channel(files, "agent-1")).sentence()).contains("not acceptable");
  }

  @Test
  void filesThatCannotBeUsedAreNamedAtTheStart() throws Exception {
    TlsFiles good = client(AUTHORITY, "a");
    TlsFiles other = AUTHORITY.issue(directory.resolve("other"), "b");
    Path missing = directory.resolve("missing.pem");
    Path empty = Files.writeString(directory.resolve("empty.pem"), "");

    assertUnusable(new TlsFiles(missing, good.privateKey(), good.authority()), "missing.pem");
    assertUnusable(new TlsFiles(good.certificate(), empty, good.authority()), "empty.pem");
    assertUnusable(
        new TlsFiles(good.certificate(), good.certificate(), good.authority()),
        "holds no key without password");
    assertUnusable(new TlsFiles(good.certificate(), good.privateKey(), empty), "empty.pem");
    assertUnusable(
        new TlsFiles(good.certificate(), other.privateKey(), good.authority()),
        "it is not the key of " + good.certificate());
  }

  private static void assertUnusable(TlsFiles files, String words) {
    assertThatThrownBy(() -> server(files, Set.of()))
        .isInstanceOfSatisfying(
            Failure.class, f -> assertThat(f.kind()).isEqualTo(Kind.FAILED_PRECONDITION))
        .hasMessageContaining(words);
  }

  @Test
  void anAddressThatIsTakenIsNamed() {
    InetSocketAddress taken =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
    RpcServer second =
        RpcServer.mutualTls(
            taken, serverFiles, Set.of(), List.of(), new CallLog("x", new Metrics()));

    assertThatThrownBy(second::start)
        .isInstanceOf(Failure.class)
        .hasMessageContaining("could not listen on")
        .hasMessageContaining("Address already in use");
  }
}
