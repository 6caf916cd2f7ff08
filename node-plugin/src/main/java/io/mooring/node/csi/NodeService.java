package io.mooring.node.csi;

import static io.mooring.runtime.rpc.PluginIdentity.FABRIC_KEY;
import static java.util.Objects.requireNonNull;

import io.grpc.stub.StreamObserver;
import io.mooring.csi.v1.NodeExpandVolumeRequest;
import io.mooring.csi.v1.NodeExpandVolumeResponse;
import io.mooring.csi.v1.NodeGetCapabilitiesRequest;
import io.mooring.csi.v1.NodeGetCapabilitiesResponse;
import io.mooring.csi.v1.NodeGetInfoRequest;
import io.mooring.csi.v1.NodeGetInfoResponse;
import io.mooring.csi.v1.NodeGetStorageHealthRequest;
import io.mooring.csi.v1.NodeGetStorageHealthResponse;
import io.mooring.csi.v1.NodeGetVolumeHealthRequest;
import io.mooring.csi.v1.NodeGetVolumeHealthResponse;
import io.mooring.csi.v1.NodeGetVolumeStatsRequest;
import io.mooring.csi.v1.NodeGetVolumeStatsResponse;
import io.mooring.csi.v1.NodeGrpc;
import io.mooring.csi.v1.NodePublishVolumeRequest;
import io.mooring.csi.v1.NodePublishVolumeResponse;
import io.mooring.csi.v1.NodeServiceCapability;
import io.mooring.csi.v1.NodeStageVolumeRequest;
import io.mooring.csi.v1.NodeStageVolumeResponse;
import io.mooring.csi.v1.NodeUnpublishVolumeRequest;
import io.mooring.csi.v1.NodeUnpublishVolumeResponse;
import io.mooring.csi.v1.NodeUnstageVolumeRequest;
import io.mooring.csi.v1.NodeUnstageVolumeResponse;
import io.mooring.csi.v1.Topology;
import io.mooring.csi.v1.VolumeUsage;
import io.mooring.node.fs.Usage;
import io.mooring.node.volume.NodeVolumes;
import io.mooring.node.volume.Stats;
import io.mooring.node.volume.VolumeId;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.rpc.CallDeadline;
import io.mooring.runtime.rpc.Unary;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** CSI's Node service. */
public final class NodeService extends NodeGrpc.NodeImplBase {
  /** LUN numbers 1 to 255 belong to the pair of node and storage host. */
  private static final long MAX_VOLUMES = 255;

  private static final Duration STANDARD = Duration.ofSeconds(115);
  private static final Duration WAY_BACK = Duration.ofMillis(200);
  private static final List<NodeServiceCapability.RPC.Type> CAPABILITIES =
      List.of(
          NodeServiceCapability.RPC.Type.STAGE_UNSTAGE_VOLUME,
          NodeServiceCapability.RPC.Type.EXPAND_VOLUME,
          NodeServiceCapability.RPC.Type.GET_VOLUME_STATS,
          NodeServiceCapability.RPC.Type.GET_VOLUME_HEALTH,
          NodeServiceCapability.RPC.Type.GET_STORAGE_HEALTH,
          NodeServiceCapability.RPC.Type.SINGLE_NODE_MULTI_WRITER);

  private final String nodeId;
  private final String fabric;
  private final NodeVolumes volumes;
  private final Supplier<Optional<String>> notReady;

  /**
   * @param nodeId {@code <node name>/<uuid>}
   * @param fabric the storage network that the node is in
   * @param notReady why nothing can be staged now; empty when it can
   */
  public NodeService(
      String nodeId, String fabric, NodeVolumes volumes, Supplier<Optional<String>> notReady) {
    this.nodeId = requireNonNull(nodeId, "nodeId is null");
    this.fabric = requireNonNull(fabric, "fabric is null");
    this.volumes = requireNonNull(volumes, "volumes is null");
    this.notReady = requireNonNull(notReady, "notReady is null");
  }

  @Override
  public void nodeStageVolume(
      NodeStageVolumeRequest request, StreamObserver<NodeStageVolumeResponse> answer) {
    Unary.answer(
        answer,
        () -> {
          var stage = NodeRequests.stage(request);
          requireReady();
          volumes.stage(stage, deadline());
          return NodeStageVolumeResponse.getDefaultInstance();
        });
  }

  @Override
  public void nodeUnstageVolume(
      NodeUnstageVolumeRequest request, StreamObserver<NodeUnstageVolumeResponse> answer) {
    Unary.answer(
        answer,
        () -> {
          String id = NodeRequests.required("volume_id", request.getVolumeId());
          Path staging =
              NodeRequests.absolute("staging_target_path", request.getStagingTargetPath());
          // An id that no volume can have was never staged: there is nothing to undo.
          Optional<VolumeId> volume = VolumeId.parse(id);
          if (volume.isPresent()) {
            requireReady();
            volumes.unstage(volume.get(), staging, deadline());
          }
          return NodeUnstageVolumeResponse.getDefaultInstance();
        });
  }

  @Override
  public void nodeExpandVolume(
      NodeExpandVolumeRequest request, StreamObserver<NodeExpandVolumeResponse> answer) {
    Unary.answer(
        answer,
        () -> {
          var expand = NodeRequests.expand(request);
          requireReady();
          return NodeExpandVolumeResponse.newBuilder()
              .setCapacityBytes(volumes.expand(expand, deadline()))
              .build();
        });
  }

  @Override
  public void nodePublishVolume(
      NodePublishVolumeRequest request, StreamObserver<NodePublishVolumeResponse> answer) {
    Unary.answer(
        answer,
        () -> {
          var publish = NodeRequests.publish(request);
          requireReady();
          volumes.publish(publish, deadline());
          return NodePublishVolumeResponse.getDefaultInstance();
        });
  }

  @Override
  public void nodeUnpublishVolume(
      NodeUnpublishVolumeRequest request, StreamObserver<NodeUnpublishVolumeResponse> answer) {
    Unary.answer(
        answer,
        () -> {
          String id = NodeRequests.required("volume_id", request.getVolumeId());
          Path target = NodeRequests.absolute("target_path", request.getTargetPath());
          Optional<VolumeId> volume = VolumeId.parse(id);
          if (volume.isPresent()) {
            volumes.unpublish(volume.get(), target, deadline());
          }
          return NodeUnpublishVolumeResponse.getDefaultInstance();
        });
  }

  @Override
  public void nodeGetVolumeStats(
      NodeGetVolumeStatsRequest request, StreamObserver<NodeGetVolumeStatsResponse> answer) {
    Unary.answer(
        answer,
        () -> {
          String id = NodeRequests.required("volume_id", request.getVolumeId());
          String text = NodeRequests.required("volume_path", request.getVolumePath());
          Path path = NodeRequests.path("volume_path", text);
          return stats(volumes.stats(NodeRequests.volume(id), path, deadline()));
        });
  }

  private static NodeGetVolumeStatsResponse stats(Stats.Reading reading) {
    NodeGetVolumeStatsResponse.Builder response = NodeGetVolumeStatsResponse.newBuilder();
    switch (reading) {
      case Stats.Reading.Device device ->
          response.addUsage(
              VolumeUsage.newBuilder()
                  .setUnit(VolumeUsage.Unit.BYTES)
                  .setTotal(device.sizeBytes()));
      case Stats.Reading.FileSystem fileSystem -> {
        Usage usage = fileSystem.usage();
        response.addUsage(
            VolumeUsage.newBuilder()
                .setUnit(VolumeUsage.Unit.BYTES)
                .setTotal(usage.totalBytes())
                .setUsed(usage.usedBytes())
                .setAvailable(usage.availableBytes()));
        if (usage.totalInodes() > 0) {
          response.addUsage(
              VolumeUsage.newBuilder()
                  .setUnit(VolumeUsage.Unit.INODES)
                  .setTotal(usage.totalInodes())
                  .setUsed(usage.usedInodes())
                  .setAvailable(usage.freeInodes()));
        }
      }
    }
    return response.build();
  }

  @Override
  public void nodeGetVolumeHealth(
      NodeGetVolumeHealthRequest request, StreamObserver<NodeGetVolumeHealthResponse> answer) {
    Unary.answer(answer, () -> HealthCalls.volume(request, volumes.health()));
  }

  @Override
  public void nodeGetStorageHealth(
      NodeGetStorageHealthRequest request, StreamObserver<NodeGetStorageHealthResponse> answer) {
    Unary.answer(answer, () -> HealthCalls.storage(volumes.health()));
  }

  @Override
  public void nodeGetCapabilities(
      NodeGetCapabilitiesRequest request, StreamObserver<NodeGetCapabilitiesResponse> answer) {
    Unary.answer(
        answer,
        () -> {
          NodeGetCapabilitiesResponse.Builder response = NodeGetCapabilitiesResponse.newBuilder();
          for (NodeServiceCapability.RPC.Type type : CAPABILITIES) {
            response.addCapabilities(
                NodeServiceCapability.newBuilder()
                    .setRpc(NodeServiceCapability.RPC.newBuilder().setType(type)));
          }
          return response.build();
        });
  }

  @Override
  public void nodeGetInfo(NodeGetInfoRequest request, StreamObserver<NodeGetInfoResponse> answer) {
    Unary.answer(
        answer,
        () ->
            NodeGetInfoResponse.newBuilder()
                .setNodeId(nodeId)
                .setMaxVolumesPerNode(MAX_VOLUMES)
                .setAccessibleTopology(Topology.newBuilder().putSegments(FABRIC_KEY, fabric))
                .build());
  }

  private void requireReady() {
    notReady
        .get()
        .ifPresent(why -> {
          throw Failure.unavailable("this node is not ready: " + why);
        });
  }

  private static Deadline deadline() {
    return CallDeadline.current(STANDARD, WAY_BACK);
  }
}
