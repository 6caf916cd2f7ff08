package io.mooring.e2e.csi;

import static java.util.Objects.requireNonNull;

import io.grpc.Channel;
import io.mooring.csi.v1.CapacityRange;
import io.mooring.csi.v1.NodeExpandVolumeRequest;
import io.mooring.csi.v1.NodeGetInfoRequest;
import io.mooring.csi.v1.NodeGetVolumeStatsRequest;
import io.mooring.csi.v1.NodeGetVolumeStatsResponse;
import io.mooring.csi.v1.NodeGrpc;
import io.mooring.csi.v1.NodePublishVolumeRequest;
import io.mooring.csi.v1.NodeStageVolumeRequest;
import io.mooring.csi.v1.NodeUnpublishVolumeRequest;
import io.mooring.csi.v1.NodeUnstageVolumeRequest;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The calls that a kubelet makes on one node. */
public final class NodeClient {
  /** The kubelet's own bound. */
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  private final Channel channel;

  public NodeClient(Channel channel) {
    this.channel = requireNonNull(channel, "channel is null");
  }

  /** The plain stub with the kubelet's deadline, for calls that are meant to fail. */
  public NodeGrpc.NodeBlockingStub stub() {
    return NodeGrpc.newBlockingStub(channel)
        .withDeadlineAfter(DEADLINE.toSeconds(), TimeUnit.SECONDS);
  }

  public String nodeId() {
    return stub().nodeGetInfo(NodeGetInfoRequest.getDefaultInstance()).getNodeId();
  }

  public void stage(Attachment attachment) {
    stub().nodeStageVolume(stageRequest(attachment));
  }

  /** The request behind {@link #stage}. */
  public static NodeStageVolumeRequest stageRequest(Attachment attachment) {
    return NodeStageVolumeRequest.newBuilder()
        .setVolumeId(attachment.volume().getVolumeId())
        .setStagingTargetPath(attachment.stagingPath())
        .setVolumeCapability(attachment.kind().capability())
        .putAllPublishContext(attachment.publishContext())
        .putAllVolumeContext(attachment.volume().getVolumeContextMap())
        .build();
  }

  public void publish(Attachment attachment) {
    stub().nodePublishVolume(publishRequest(attachment));
  }

  /** The request behind {@link #publish}. */
  public static NodePublishVolumeRequest publishRequest(Attachment attachment) {
    return NodePublishVolumeRequest.newBuilder()
        .setVolumeId(attachment.volume().getVolumeId())
        .setStagingTargetPath(attachment.stagingPath())
        .setTargetPath(attachment.targetPath())
        .setVolumeCapability(attachment.kind().capability())
        .putAllPublishContext(attachment.publishContext())
        .putAllVolumeContext(attachment.volume().getVolumeContextMap())
        .build();
  }

  /** Makes what the node has of the volume as large as the storage host has it. */
  public long expand(Attachment attachment, long bytes) {
    return stub().nodeExpandVolume(expandRequest(attachment, bytes)).getCapacityBytes();
  }

  /** The request behind {@link #expand}. */
  public static NodeExpandVolumeRequest expandRequest(Attachment attachment, long bytes) {
    return NodeExpandVolumeRequest.newBuilder()
        .setVolumeId(attachment.volume().getVolumeId())
        .setVolumePath(attachment.targetPath())
        .setStagingTargetPath(attachment.stagingPath())
        .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(bytes))
        .setVolumeCapability(attachment.kind().capability())
        .build();
  }

  public void unpublish(Attachment attachment) {
    stub()
        .nodeUnpublishVolume(
            NodeUnpublishVolumeRequest.newBuilder()
                .setVolumeId(attachment.volume().getVolumeId())
                .setTargetPath(attachment.targetPath())
                .build());
  }

  public void unstage(Attachment attachment) {
    stub()
        .nodeUnstageVolume(
            NodeUnstageVolumeRequest.newBuilder()
                .setVolumeId(attachment.volume().getVolumeId())
                .setStagingTargetPath(attachment.stagingPath())
                .build());
  }

  public NodeGetVolumeStatsResponse stats(Attachment attachment) {
    return stub()
        .nodeGetVolumeStats(
            NodeGetVolumeStatsRequest.newBuilder()
                .setVolumeId(attachment.volume().getVolumeId())
                .setVolumePath(attachment.targetPath())
                .build());
  }
}
