package io.mooring.node.csi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.mooring.csi.v1.CapacityRange;
import io.mooring.csi.v1.GetPluginInfoRequest;
import io.mooring.csi.v1.IdentityGrpc;
import io.mooring.csi.v1.NodeExpandVolumeRequest;
import io.mooring.csi.v1.NodeGetCapabilitiesRequest;
import io.mooring.csi.v1.NodeGetInfoRequest;
import io.mooring.csi.v1.NodeGetStorageHealthRequest;
import io.mooring.csi.v1.NodeGetVolumeHealthRequest;
import io.mooring.csi.v1.NodeGetVolumeStatsRequest;
import io.mooring.csi.v1.NodeGrpc;
import io.mooring.csi.v1.NodePublishVolumeRequest;
import io.mooring.csi.v1.NodeServiceCapability.RPC;
import io.mooring.csi.v1.NodeStageVolumeRequest;
import io.mooring.csi.v1.NodeUnpublishVolumeRequest;
import io.mooring.csi.v1.NodeUnstageVolumeRequest;
import io.mooring.csi.v1.ProbeRequest;
import io.mooring.csi.v1.VolumeCapability;
import io.mooring.csi.v1.VolumeCapability.AccessMode.Mode;
import io.mooring.csi.v1.VolumeUsage;
import io.mooring.node.volume.CsiHost;
import io.mooring.runtime.rpc.PluginIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The node plugin's CSI services over gRPC, on a fake host. */
class NodeServiceTest {
  private static final String NODE_ID = "worker1/3615f8d6-c2ce-4af0-a6e4-370069e59b32";

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

  private static VolumeCapability capability(Mode mode, boolean block) {
    VolumeCapability.Builder capability =
        VolumeCapability.newBuilder()
            .setAccessMode(VolumeCapability.AccessMode.newBuilder().setMode(mode));
    return block
        ? capability.setBlock(VolumeCapability.BlockVolume.getDefaultInstance()).build()
        : capability.setMount(VolumeCapability.MountVolume.getDefaultInstance()).build();
  }

  private static final VolumeCapability FILE_SYSTEM = capability(Mode.SINGLE_NODE_WRITER, false);

  private String staging() {
    return directory.resolve("staging").toString();
  }

  private String target() {
    return directory.resolve("target").toString();
  }

  private NodeStageVolumeRequest.Builder stageRequest() {
    return NodeStageVolumeRequest.newBuilder()
        .setVolumeId(host.volumeId())
        .putAllPublishContext(host.publishContext())
        .setStagingTargetPath(staging())
        .setVolumeCapability(FILE_SYSTEM);
  }

  private NodePublishVolumeRequest.Builder publishRequest() {
    return NodePublishVolumeRequest.newBuilder()
        .setVolumeId(host.volumeId())
        .putAllPublishContext(host.publishContext())
        .setStagingTargetPath(staging())
        .setTargetPath(target())
        .setVolumeCapability(FILE_SYSTEM);
  }

  private static void assertCode(Status.Code code, ThrowingCallable call, String... words) {
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(call)
        .satisfies(thrown -> {
          assertThat(thrown.getStatus().getCode()).as(thrown.toString()).isEqualTo(code);
          for (String word : words) {
            assertThat(thrown.getStatus().getDescription()).contains(word);
          }
        });
  }

  @Test
  void aVolumeIsStagedPublishedMeasuredAndTakenApart() {
    for (int i = 0; i < 2; i++) {
      assertThat(node.nodeStageVolume(stageRequest().build())).isNotNull();
    }
    for (int i = 0; i < 2; i++) {
      assertThat(node.nodePublishVolume(publishRequest().build())).isNotNull();
    }
    List<VolumeUsage> usage =
        node.nodeGetVolumeStats(
                NodeGetVolumeStatsRequest.newBuilder()
                    .setVolumeId(host.volumeId())
                    .setVolumePath(target())
                    .build())
            .getUsageList();
    assertThat(usage)
        .extracting(VolumeUsage::getUnit)
        .containsExactly(VolumeUsage.Unit.BYTES, VolumeUsage.Unit.INODES);
    for (int i = 0; i < 2; i++) {
      assertThat(node.nodeUnpublishVolume(unpublish(host.volumeId()))).isNotNull();
    }
    for (int i = 0; i < 2; i++) {
      assertThat(node.nodeUnstageVolume(unstage(host.volumeId()))).isNotNull();
    }
    assertThat(host.isClean()).isTrue();
  }

  private NodeUnpublishVolumeRequest unpublish(String id) {
    return NodeUnpublishVolumeRequest.newBuilder().setVolumeId(id).setTargetPath(target()).build();
  }

  private NodeUnstageVolumeRequest unstage(String id) {
    return NodeUnstageVolumeRequest.newBuilder()
        .setVolumeId(id)
        .setStagingTargetPath(staging())
        .build();
  }

  @Test
  void aRawDeviceHasASizeAndNothingElse() {
    VolumeCapability block = capability(Mode.SINGLE_NODE_WRITER, true);
    assertThat(node.nodeStageVolume(stageRequest().setVolumeCapability(block).build())).isNotNull();
    assertThat(node.nodePublishVolume(publishRequest().setVolumeCapability(block).build()))
        .isNotNull();
    assertThat(
            node.nodeGetVolumeStats(
                    NodeGetVolumeStatsRequest.newBuilder()
                        .setVolumeId(host.volumeId())
                        .setVolumePath(target())
                        .build())
                .getUsageList())
        .singleElement()
        .satisfies(usage -> assertThat(usage.getTotal()).isEqualTo(host.sizeBytes()));
  }

  @Test
  void whatIsRequiredIsAskedFor() {
    Status.Code invalid = Status.Code.INVALID_ARGUMENT;
    assertCode(
        invalid, () -> node.nodeStageVolume(stageRequest().setVolumeId("").build()), "volume_id");
    assertCode(
        invalid,
        () -> node.nodeStageVolume(stageRequest().setStagingTargetPath("").build()),
        "staging_target_path");
    assertCode(
        invalid,
        () -> node.nodeStageVolume(stageRequest().clearVolumeCapability().build()),
        "volume_capability");
    assertCode(
        invalid,
        () -> node.nodeStageVolume(stageRequest().setStagingTargetPath("relative").build()),
        "absolute");
    assertCode(
        invalid, () -> node.nodeStageVolume(stageRequest().clearPublishContext().build()), "wwid");
    assertCode(
        invalid,
        () -> node.nodePublishVolume(publishRequest().setVolumeId("").build()),
        "volume_id");
    assertCode(
        invalid,
        () -> node.nodePublishVolume(publishRequest().setTargetPath("").build()),
        "target_path");
    assertCode(
        invalid,
        () -> node.nodePublishVolume(publishRequest().clearVolumeCapability().build()),
        "volume_capability");
    assertCode(invalid, () -> node.nodeUnpublishVolume(unpublish("")), "volume_id");
    assertCode(
        invalid,
        () ->
            node.nodeUnpublishVolume(
                NodeUnpublishVolumeRequest.newBuilder().setVolumeId(host.volumeId()).build()),
        "target_path");
    assertCode(invalid, () -> node.nodeUnstageVolume(unstage("")), "volume_id");
    assertCode(
        invalid,
        () ->
            node.nodeUnstageVolume(
                NodeUnstageVolumeRequest.newBuilder().setVolumeId(host.volumeId()).build()),
        "staging_target_path");
    assertCode(
        invalid,
        () ->
            node.nodeGetVolumeStats(
                NodeGetVolumeStatsRequest.newBuilder().setVolumePath("some/path").build()),
        "volume_id");
    assertCode(
        invalid,
        () ->
            node.nodeGetVolumeStats(
                NodeGetVolumeStatsRequest.newBuilder().setVolumeId(host.volumeId()).build()),
        "volume_path");
  }

  @Test
  void anIdThatNoVolumeCanHaveIsNotFoundAndTakingItApartIsFine() {
    assertCode(
        Status.Code.NOT_FOUND,
        () -> node.nodeStageVolume(stageRequest().setVolumeId("fake-vol-id").build()),
        "fake-vol-id");
    assertCode(
        Status.Code.NOT_FOUND,
        () -> node.nodePublishVolume(publishRequest().setVolumeId("fake-vol-id").build()));
    assertCode(
        Status.Code.NOT_FOUND,
        () ->
            node.nodeGetVolumeStats(
                NodeGetVolumeStatsRequest.newBuilder()
                    .setVolumeId("fake-vol-id")
                    .setVolumePath("some/path")
                    .build()));
    assertThat(node.nodeUnpublishVolume(unpublish("fake-vol-id"))).isNotNull();
    assertThat(node.nodeUnstageVolume(unstage("fake-vol-id"))).isNotNull();
  }

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"MULTI_NODE_READER_ONLY", "MULTI_NODE_SINGLE_WRITER", "MULTI_NODE_MULTI_WRITER"})
  void severalNodesAreNotOffered(Mode mode) {
    assertCode(
        Status.Code.FAILED_PRECONDITION,
        () ->
            node.nodeStageVolume(
                stageRequest().setVolumeCapability(capability(mode, false)).build()),
        "one node");
  }

  @Test
  void aRawDeviceMayBeOnOtherNodesToo() {
    assertThat(
            node.nodeStageVolume(
                stageRequest()
                    .setVolumeCapability(capability(Mode.MULTI_NODE_MULTI_WRITER, true))
                    .build()))
        .isNotNull();
  }

  @Test
  void anUnknownFileSystemIsRefused() {
    VolumeCapability btrfs =
        FILE_SYSTEM.toBuilder()
            .setMount(VolumeCapability.MountVolume.newBuilder().setFsType("btrfs"))
            .build();
    assertCode(
        Status.Code.INVALID_ARGUMENT,
        () -> node.nodeStageVolume(stageRequest().setVolumeCapability(btrfs).build()),
        "btrfs");
  }

  @Test
  void publishWithoutAStagingPathIsRefused() {
    assertCode(
        Status.Code.FAILED_PRECONDITION,
        () -> node.nodePublishVolume(publishRequest().clearStagingTargetPath().build()),
        "staging_target_path");
  }

  @Test
  void aVolumeForOnePodIsPublishedOnce() {
    VolumeCapability single = capability(Mode.SINGLE_NODE_SINGLE_WRITER, false);
    assertThat(node.nodeStageVolume(stageRequest().setVolumeCapability(single).build()))
        .isNotNull();
    assertThat(node.nodePublishVolume(publishRequest().setVolumeCapability(single).build()))
        .isNotNull();
    assertCode(
        Status.Code.FAILED_PRECONDITION,
        () ->
            node.nodePublishVolume(
                publishRequest().setVolumeCapability(single).setTargetPath(target() + "2").build()),
        "one pod");
  }

  @Test
  void tellsWhoItIsAndWhatItCan() {
    assertThat(node.nodeGetInfo(NodeGetInfoRequest.getDefaultInstance()))
        .satisfies(info -> {
          assertThat(info.getNodeId()).isEqualTo(NODE_ID);
          assertThat(info.getMaxVolumesPerNode()).isEqualTo(255);
          assertThat(info.getAccessibleTopology().getSegmentsMap())
              .containsExactly(Map.entry("topology.mooring.io/fabric", "rack-7"));
        });
    assertThat(
            node.nodeGetCapabilities(NodeGetCapabilitiesRequest.getDefaultInstance())
                .getCapabilitiesList())
        .extracting(capability -> capability.getRpc().getType())
        .containsExactlyInAnyOrder(
            RPC.Type.STAGE_UNSTAGE_VOLUME,
            RPC.Type.EXPAND_VOLUME,
            RPC.Type.GET_VOLUME_STATS,
            RPC.Type.GET_VOLUME_HEALTH,
            RPC.Type.GET_STORAGE_HEALTH,
            RPC.Type.SINGLE_NODE_MULTI_WRITER);
    assertThat(identity.getPluginInfo(GetPluginInfoRequest.getDefaultInstance()))
        .satisfies(info -> {
          assertThat(info.getName()).isEqualTo("csi.mooring.io");
          assertThat(info.getVendorVersion()).isEqualTo("1.2.3");
        });
  }

  @Test
  void aHealthyVolumeHasNothingToTell() {
    NodeGetVolumeHealthRequest request =
        NodeGetVolumeHealthRequest.newBuilder().setVolumeId(host.volumeId()).build();
    assertCode(
        Status.Code.INVALID_ARGUMENT,
        () -> node.nodeGetVolumeHealth(NodeGetVolumeHealthRequest.getDefaultInstance()),
        "volume_id");
    assertCode(Status.Code.NOT_FOUND, () -> node.nodeGetVolumeHealth(request), "not staged");

    var _ = node.nodeStageVolume(stageRequest().build());

    assertThat(node.nodeGetVolumeHealth(request).getVolumeHealth().getVolumeId())
        .isEqualTo(host.volumeId());
    assertThat(node.nodeGetVolumeHealth(request).getVolumeHealth().getHealthStatusesList())
        .isEmpty();
    assertThat(
            node.nodeGetStorageHealth(NodeGetStorageHealthRequest.getDefaultInstance())
                .getBackendHealthList())
        .isEmpty();
  }

  @Test
  void anExpansionSaysWhatItLacksAndWhatItMade() {
    NodeExpandVolumeRequest.Builder request =
        NodeExpandVolumeRequest.newBuilder()
            .setVolumeId(host.volumeId())
            .setVolumePath(staging())
            .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(host.sizeBytes()));
    assertCode(
        Status.Code.INVALID_ARGUMENT,
        () -> node.nodeExpandVolume(request.clone().clearVolumeId().build()),
        "volume_id");
    assertCode(
        Status.Code.INVALID_ARGUMENT,
        () -> node.nodeExpandVolume(request.clone().clearVolumePath().build()),
        "volume_path");
    assertCode(
        Status.Code.INVALID_ARGUMENT,
        () ->
            node.nodeExpandVolume(
                request
                    .clone()
                    .setCapacityRange(
                        CapacityRange.newBuilder().setRequiredBytes(2).setLimitBytes(1))
                    .build()),
        "capacity_range");
    assertCode(Status.Code.NOT_FOUND, () -> node.nodeExpandVolume(request.build()), "not staged");
    assertCode(
        Status.Code.NOT_FOUND,
        () ->
            node.nodeExpandVolume(
                request.clone().setVolumeId("fake-vol-id").setVolumePath("some/path").build()));

    var _ = node.nodeStageVolume(stageRequest().build());

    assertThat(node.nodeExpandVolume(request.build()).getCapacityBytes())
        .isEqualTo(host.sizeBytes());
  }

  @Test
  void probeTellsWhatTheHostLacks() {
    ProbeRequest probe = ProbeRequest.getDefaultInstance();
    assertThat(identity.probe(probe).getReady().getValue()).isTrue();
    state = new PluginIdentity.State.Starting();
    assertThat(identity.probe(probe).getReady().getValue()).isFalse();
    state = new PluginIdentity.State.Unfit(List.of("multipathd does not run", "no iscsid"));
    assertCode(
        Status.Code.FAILED_PRECONDITION,
        () -> identity.probe(probe),
        "multipathd does not run",
        "no iscsid");
  }

  @Test
  void nothingIsStagedBeforeTheHostIsReady() {
    notReady = Optional.of("multipathd does not run");
    assertCode(
        Status.Code.UNAVAILABLE,
        () -> node.nodeStageVolume(stageRequest().build()),
        "multipathd does not run");
    assertThat(host.isClean()).isTrue();
  }
}
