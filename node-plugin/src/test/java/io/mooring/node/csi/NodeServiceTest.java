package io.mooring.node.csi;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.mooring.csi.v1.GetPluginInfoRequest;
import io.mooring.csi.v1.NodeExpandVolumeRequest;
import io.mooring.csi.v1.NodeGetCapabilitiesRequest;
import io.mooring.csi.v1.NodeGetInfoRequest;
import io.mooring.csi.v1.NodeGetVolumeStatsRequest;
import io.mooring.csi.v1.NodeServiceCapability.RPC;
import io.mooring.csi.v1.NodeStageVolumeRequest;
import io.mooring.csi.v1.NodeUnpublishVolumeRequest;
import io.mooring.csi.v1.NodeUnstageVolumeRequest;
import io.mooring.csi.v1.ProbeRequest;
import io.mooring.csi.v1.VolumeCapability;
import io.mooring.csi.v1.VolumeCapability.AccessMode.Mode;
import io.mooring.csi.v1.VolumeUsage;
import io.mooring.node.crypt.Passphrases;
import io.mooring.runtime.claim.Claim;
import io.mooring.runtime.rpc.PluginIdentity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The node plugin's CSI services over gRPC, on a fake host. */
class NodeServiceTest extends CsiNode {
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
  void anEncryptedVolumeNeedsItsPassphrase() {
    NodeStageVolumeRequest.Builder request = stageRequest().putVolumeContext("encryption", "luks2");
    assertCode(
        Status.Code.INVALID_ARGUMENT,
        () -> node.nodeStageVolume(request.build()),
        "passphrase",
        "node-stage-secret-name");
    assertThat(host.isClean()).isTrue();
    assertThat(node.nodeStageVolume(request.putSecrets("passphrase", "word").build())).isNotNull();
  }

  @Test
  void podsAndGrowthMayBringPassphrasesAndNeedNot() {
    assertThat(NodeRequests.publish(publishRequest().build()).passphrases()).isEmpty();
    assertThat(
            NodeRequests.publish(publishRequest().putSecrets("token", "of something else").build())
                .passphrases())
        .isEmpty();
    assertThat(
            NodeRequests.publish(
                    publishRequest()
                        .putSecrets("passphrase", "new")
                        .putSecrets("previousPassphrase", "old")
                        .build())
                .passphrases())
        .contains(new Passphrases("new", Optional.of("old")));
    NodeExpandVolumeRequest.Builder growth =
        NodeExpandVolumeRequest.newBuilder().setVolumeId(host.volumeId()).setVolumePath(target());
    assertThat(NodeRequests.expand(growth.build()).passphrases()).isEmpty();
    assertThat(NodeRequests.expand(growth.putSecrets("passphrase", "new").build()).passphrases())
        .contains(new Passphrases("new", Optional.empty()));
  }

  @Test
  void theClaimIsTakenFromTheVolumesContextWhereItIsSaid() {
    assertThat(NodeRequests.stage(stageRequest().build()).claim()).isEqualTo(Claim.NONE);
    assertThat(
            NodeRequests.stage(
                    stageRequest()
                        .putVolumeContext("csi.storage.k8s.io/pvc/name", "data")
                        .putVolumeContext("csi.storage.k8s.io/pvc/namespace", "shop")
                        .build())
                .claim())
        .isEqualTo(new Claim("shop", "data"));
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
  void anEncryptedDeviceIsWrittenByOneNodeOnly() {
    NodeStageVolumeRequest.Builder encrypted =
        stageRequest().putVolumeContext("encryption", "luks2").putSecrets("passphrase", "word");
    assertCode(
        Status.Code.FAILED_PRECONDITION,
        () ->
            node.nodeStageVolume(
                encrypted
                    .setVolumeCapability(capability(Mode.MULTI_NODE_MULTI_WRITER, true))
                    .build()),
        "its header",
        "MULTI_NODE_MULTI_WRITER");
    assertThat(
            node.nodeStageVolume(
                encrypted
                    .setVolumeCapability(capability(Mode.MULTI_NODE_READER_ONLY, true))
                    .build()))
        .isNotNull();
  }

  @Test
  void anUnknownFileSystemIsRefused() {
    VolumeCapability ntfs =
        FILE_SYSTEM.toBuilder()
            .setMount(VolumeCapability.MountVolume.newBuilder().setFsType("ntfs"))
            .build();
    assertCode(
        Status.Code.INVALID_ARGUMENT,
        () -> node.nodeStageVolume(stageRequest().setVolumeCapability(ntfs).build()),
        "ntfs",
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
