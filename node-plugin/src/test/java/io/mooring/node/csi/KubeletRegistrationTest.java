package io.mooring.node.csi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.mooring.csi.v1.GetPluginInfoRequest;
import io.mooring.csi.v1.IdentityGrpc;
import io.mooring.kubelet.v1.InfoRequest;
import io.mooring.kubelet.v1.PluginInfo;
import io.mooring.kubelet.v1.RegistrationGrpc;
import io.mooring.kubelet.v1.RegistrationStatus;
import io.mooring.runtime.metrics.Metrics;
import io.mooring.runtime.rpc.CallLog;
import io.mooring.runtime.rpc.Channels;
import io.mooring.runtime.rpc.PluginIdentity;
import io.mooring.runtime.rpc.RpcServer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The plugin as a kubelet finds it. */
@Timeout(60)
class KubeletRegistrationTest {
  private static final Path ENDPOINT = Path.of("/var/lib/kubelet/plugins/csi.mooring.io/csi.sock");

  @TempDir Path directory;
  private final CallLog log = new CallLog("mooring-node", new Metrics());
  private final MultiThreadIoEventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private Path socket;
  private KubeletRegistration registration;

  @BeforeEach
  void anUnopenedRegistration() {
    socket = directory.resolve("plugins_registry/csi.mooring.io-reg.sock");
    registration = new KubeletRegistration(socket, ENDPOINT, log);
  }

  @AfterEach
  void stop() throws InterruptedException {
    registration.close();
    loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).await();
  }

  private void open() {
    registration.open();
    await().until(() -> Files.exists(socket));
  }

  private interface Calls {
    void on(RegistrationGrpc.RegistrationBlockingStub registration);
  }

  /** The kubelet names the socket's path, escaped, as the authority. */
  private void asKubelet(Calls calls) throws InterruptedException {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
            .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
            .eventLoopGroup(loop)
            .overrideAuthority(socket.toString().replace("/", "%2F"))
            .usePlaintext()
            .build();
    try {
      calls.on(RegistrationGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS));
    } finally {
      channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
  }

  private static RegistrationStatus status(boolean registered, String error) {
    return RegistrationStatus.newBuilder().setPluginRegistered(registered).setError(error).build();
  }

  @Test
  void theSocketIsThereWhileThePluginCanBeAskedAndNoLonger() throws Exception {
    assertThat(socket).doesNotExist();
    open();
    registration.close();
    assertThat(socket).doesNotExist();
  }

  @Test
  void aPluginThatStopsBeforeItsHostIsPreparedWasNeverSeen() {
    registration.close();
    registration.open();
    assertThat(socket.getParent()).doesNotExist();
  }

  @Test
  void theKubeletLearnsWhatItIsAndWhereItServes() throws Exception {
    open();
    asKubelet(kubelet ->
        assertThat(kubelet.getInfo(InfoRequest.getDefaultInstance()))
            .isEqualTo(
                PluginInfo.newBuilder()
                    .setType("CSIPlugin")
                    .setName("csi.mooring.io")
                    .setEndpoint(ENDPOINT.toString())
                    .addSupportedVersions("1.0.0")
                    .build()));
  }

  @Test
  void itsNameIsTheOneThatThePluginItselfGives() throws Exception {
    Path csi = directory.resolve("csi.sock");
    PluginIdentity plugin = new PluginIdentity("1", PluginIdentity.State.Ready::new);
    open();
    try (RpcServer server = RpcServer.unix(csi, List.of(plugin), log).start()) {
      assertThat(server.port()).isNegative();
      ManagedChannel channel = Channels.unix(csi);
      String name =
          IdentityGrpc.newBlockingStub(channel)
              .getPluginInfo(GetPluginInfoRequest.getDefaultInstance())
              .getName();
      channel.shutdownNow();
      asKubelet(kubelet ->
          assertThat(kubelet.getInfo(InfoRequest.getDefaultInstance()).getName()).isEqualTo(name));
    }
  }

  @Test
  void aRefusalIsKeptUntilTheKubeletHasTriedAgain() throws Exception {
    assertThat(registration.trouble()).hasValueSatisfying(why -> assertThat(why).contains("yet"));
    open();
    asKubelet(kubelet -> {
      kubelet.notifyRegistrationStatus(status(false, "no such driver name"));
      assertThat(registration.trouble())
          .contains("the kubelet has not registered this node plugin: no such driver name");
      kubelet.notifyRegistrationStatus(status(true, ""));
      assertThat(registration.trouble()).isEmpty();
    });
  }

  @Test
  void aSocketThatCannotBeMadeIsToldAndTriedAgain() throws Exception {
    Files.createDirectories(socket.getParent());
    Files.createDirectory(socket);
    registration.open();
    await()
        .untilAsserted(() ->
            assertThat(registration.trouble())
                .hasValueSatisfying(why -> assertThat(why).contains(socket + " is there")));

    Files.delete(socket);

    await().until(() -> Files.exists(socket));
    asKubelet(kubelet ->
        assertThat(kubelet.getInfo(InfoRequest.getDefaultInstance()).getName()).isNotEmpty());
  }
}
