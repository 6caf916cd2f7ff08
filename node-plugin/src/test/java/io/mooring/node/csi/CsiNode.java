package io.mooring.node.csi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.mooring.csi.v1.IdentityGrpc;
import io.mooring.csi.v1.NodeGrpc;
import io.mooring.csi.v1.NodePublishVolumeRequest;
import io.mooring.csi.v1.NodeStageVolumeRequest;
import io.mooring.csi.v1.VolumeCapability;
import io.mooring.csi.v1.VolumeCapability.AccessMode.Mode;
import io.mooring.node.volume.CsiHost;
import io.mooring.runtime.rpc.PluginIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The node plugin's CSI services over gRPC, on a fake host: what their tests begin with. */
abstract class CsiNode {
  static final String NODE_ID = "worker1/3615f8d6-c2ce-4af0-a6e4-370069e59b32";

  @TempDir Path directory;
  CsiHost host;
  Server server;
  ManagedChannel channel;
  NodeGrpc.NodeBlockingStub node;
  IdentityGrpc.IdentityBlockingStub identity;
  Optional<String> notReady = Optional.empty();
  PluginIdentity.State state = new PluginIdentity.State.Ready();

  @BeforeEach
  void start() throws IOException {
    host = new CsiHost(directory);
    server =
        InProcessServerBuilder.forName("node")
            .directExecutor()
            .addService(new NodeService(NODE_ID, "rack-7", host.volumes(), () -> notReady))
            .addService(new PluginIdentity("1.2.3", () -> state))
            .build()
            .start();
    channel = InProcessChannelBuilder.forName("node").directExecutor().build();
    node = NodeGrpc.newBlockingStub(channel);
    identity = IdentityGrpc.newBlockingStub(channel);
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
    host.close();
  }

  static VolumeCapability capability(Mode mode, boolean block) {
    VolumeCapability.Builder capability =
        VolumeCapability.newBuilder()
            .setAccessMode(VolumeCapability.AccessMode.newBuilder().setMode(mode));
    return block
        ? capability.setBlock(VolumeCapability.BlockVolume.getDefaultInstance()).build()
        : capability.setMount(VolumeCapability.MountVolume.getDefaultInstance()).build();
  }

  static final VolumeCapability FILE_SYSTEM = capability(Mode.SINGLE_NODE_WRITER, false);

  String staging() {
    return directory.resolve("staging").toString();
  }

  String target() {
    return directory.resolve("target").toString();
  }

  NodeStageVolumeRequest.Builder stageRequest() {
    return NodeStageVolumeRequest.newBuilder()
        .setVolumeId(host.volumeId())
        .putAllPublishContext(host.publishContext())
        .setStagingTargetPath(staging())
        .setVolumeCapability(FILE_SYSTEM);
  }

  NodePublishVolumeRequest.Builder publishRequest() {
    return NodePublishVolumeRequest.newBuilder()
        .setVolumeId(host.volumeId())
        .putAllPublishContext(host.publishContext())
        .setStagingTargetPath(staging())
        .setTargetPath(target())
        .setVolumeCapability(FILE_SYSTEM);
  }

  static void assertCode(Status.Code code, ThrowingCallable call, String... words) {
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(call)
        .satisfies(thrown -> {
          assertThat(thrown.getStatus().getCode()).as(thrown.toString()).isEqualTo(code);
          for (String word : words) {
            assertThat(thrown.getStatus().getDescription()).contains(word);
          }
        });
  }
}
