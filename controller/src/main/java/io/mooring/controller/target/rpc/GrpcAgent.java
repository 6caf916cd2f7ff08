package io.mooring.controller.target.rpc;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.v1.AccessType;
import io.mooring.agent.v1.CreateSnapshotRequest;
import io.mooring.agent.v1.CreateVolumeRequest;
import io.mooring.agent.v1.DeleteSnapshotRequest;
import io.mooring.agent.v1.DeleteVolumeRequest;
import io.mooring.agent.v1.ExpandVolumeRequest;
import io.mooring.agent.v1.GetHealthRequest;
import io.mooring.agent.v1.GetSnapshotRequest;
import io.mooring.agent.v1.GetVolumeRequest;
import io.mooring.agent.v1.ListNodesRequest;
import io.mooring.agent.v1.ListSnapshotsRequest;
import io.mooring.agent.v1.ListSnapshotsResponse;
import io.mooring.agent.v1.ListVolumesRequest;
import io.mooring.agent.v1.ListVolumesResponse;
import io.mooring.agent.v1.ModifyVolumeRequest;
import io.mooring.agent.v1.PublishVolumeRequest;
import io.mooring.agent.v1.PublishVolumeResponse;
import io.mooring.agent.v1.ReleaseLunsRequest;
import io.mooring.agent.v1.SetNodeChapRequest;
import io.mooring.agent.v1.SnapshotsGrpc;
import io.mooring.agent.v1.UnpublishVolumeRequest;
import io.mooring.controller.target.Agent;
import io.mooring.controller.target.AgentPage;
import io.mooring.controller.target.BlockPage;
import io.mooring.controller.target.BlockQuery;
import io.mooring.controller.target.CopySource;
import io.mooring.controller.target.Finding;
import io.mooring.controller.target.FreedLun;
import io.mooring.controller.target.KnownNode;
import io.mooring.controller.target.Node;
import io.mooring.controller.target.NodeUse;
import io.mooring.controller.target.PublishedVolume;
import io.mooring.controller.target.StoredGroup;
import io.mooring.controller.target.StoredSnapshot;
import io.mooring.controller.target.StoredVolume;
import io.mooring.controller.target.TargetState;
import io.mooring.controller.target.VolumeLimits;
import io.mooring.runtime.chap.Chap;
import io.mooring.runtime.chap.ChapEntry;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.Deadline;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** An agent, asked over gRPC in the name of one cluster. */
final class GrpcAgent implements Agent {
  /**
   * All nodes come in one answer, with up to 255 numbers each where a storage host has lost its
   * state: 23 kB a node. gRPC's own limit of 4 MiB ends at 180 such nodes.
   */
  private static final int NODES_BYTES = 32 << 20;

  private final Supplier<String> cluster;
  private final boolean asksNodes;
  private final AgentConnection connection;
  private final GrpcGroups groups;
  private final GrpcBlocks blocks;

  GrpcAgent(Supplier<String> cluster, boolean asksNodes, AgentConnection connection) {
    this.cluster = requireNonNull(cluster, "cluster is null");
    this.asksNodes = asksNodes;
    this.connection = requireNonNull(connection, "connection is null");
    this.groups = new GrpcGroups(connection);
    this.blocks = new GrpcBlocks(connection);
  }

  @Override
  public TargetState describe(Deadline deadline) {
    return AgentMessages.target(connection.describe(deadline));
  }

  @Override
  public StoredVolume create(
      String name,
      String pool,
      long requiredBytes,
      long limitBytes,
      Optional<CopySource> source,
      VolumeLimits limits,
      Deadline deadline) {
    CreateVolumeRequest.Builder request =
        CreateVolumeRequest.newBuilder()
            .setCluster(cluster.get())
            .setName(name)
            .setPool(pool)
            .setRequiredBytes(requiredBytes)
            .setLimitBytes(limitBytes)
            .setLimits(AgentMessages.limits(limits));
    source.map(AgentMessages::source).ifPresent(request::setSource);
    return connection.call(
        deadline, stub -> AgentMessages.volume(stub.createVolume(request.build()).getVolume()));
  }

  @Override
  public StoredVolume expand(
      String serial, long requiredBytes, long limitBytes, Deadline deadline) {
    ExpandVolumeRequest request =
        ExpandVolumeRequest.newBuilder()
            .setCluster(cluster.get())
            .setSerial(serial)
            .setRequiredBytes(requiredBytes)
            .setLimitBytes(limitBytes)
            .build();
    return connection.call(
        deadline, stub -> AgentMessages.volume(stub.expandVolume(request).getVolume()));
  }

  @Override
  public StoredVolume modify(String serial, VolumeLimits limits, Deadline deadline) {
    ModifyVolumeRequest request =
        ModifyVolumeRequest.newBuilder()
            .setCluster(cluster.get())
            .setSerial(serial)
            .setLimits(AgentMessages.limits(limits))
            .build();
    return OldAgent.orUpdate(
        connection.target(),
        "limits of volumes",
        () ->
            connection.call(
                deadline, stub -> AgentMessages.volume(stub.modifyVolume(request).getVolume())));
  }

  @Override
  public void delete(String serial, Deadline deadline) {
    DeleteVolumeRequest request =
        DeleteVolumeRequest.newBuilder().setCluster(cluster.get()).setSerial(serial).build();
    unlessGone(() -> connection.call(deadline, stub -> stub.deleteVolume(request)));
  }

  @Override
  public Optional<StoredVolume> withSerial(String serial, Deadline deadline) {
    return get(
        GetVolumeRequest.newBuilder().setCluster(cluster.get()).setSerial(serial).build(),
        deadline);
  }

  @Override
  public Optional<StoredVolume> withName(String name, Deadline deadline) {
    return get(
        GetVolumeRequest.newBuilder().setCluster(cluster.get()).setName(name).build(), deadline);
  }

  private Optional<StoredVolume> get(GetVolumeRequest request, Deadline deadline) {
    return Absence.unlessMissing(() ->
        connection.call(
            deadline, stub -> AgentMessages.volume(stub.getVolume(request).getVolume())));
  }

  @Override
  public AgentPage<StoredVolume> list(int maxEntries, String afterSerial, Deadline deadline) {
    ListVolumesRequest request =
        ListVolumesRequest.newBuilder()
            .setCluster(cluster.get())
            .setMaxEntries(maxEntries)
            .setAfterSerial(afterSerial)
            .build();
    return connection.call(
        deadline,
        stub -> {
          ListVolumesResponse page = stub.listVolumes(request);
          return new AgentPage<>(
              page.getVolumesList().stream().map(AgentMessages::volume).toList(), page.getMore());
        });
  }

  @Override
  public List<Finding> findings(String serial, Deadline deadline) {
    GetHealthRequest request =
        GetHealthRequest.newBuilder().setCluster(cluster.get()).setSerial(serial).build();
    return connection.call(
        deadline,
        stub ->
            stub.getHealth(request).getFindingsList().stream()
                .flatMap(finding -> AgentMessages.finding(finding).stream())
                .toList());
  }

  @Override
  public PublishedVolume publish(
      String serial, Node node, NodeUse use, Optional<Chap> chap, Deadline deadline) {
    PublishVolumeRequest.Builder request =
        PublishVolumeRequest.newBuilder()
            .setCluster(cluster.get())
            .setSerial(serial)
            .setNode(AgentMessages.node(node))
            .setReadOnly(use.readOnly())
            .setExclusive(use.exclusive())
            .setAccessType(
                use.block() ? AccessType.ACCESS_TYPE_BLOCK : AccessType.ACCESS_TYPE_FILE_SYSTEM)
            .setAsksNodes(asksNodes);
    chap.map(AgentMessages::chap).ifPresent(request::setChap);
    return connection.call(
        deadline,
        stub -> {
          PublishVolumeResponse answer = stub.publishVolume(request.build());
          return new PublishedVolume(
              AgentMessages.volume(answer.getVolume()),
              AgentMessages.publication(answer.getPublication()),
              answer.getChap());
        });
  }

  @Override
  public void unpublish(String serial, Optional<Node> node, Deadline deadline) {
    UnpublishVolumeRequest.Builder request =
        UnpublishVolumeRequest.newBuilder().setCluster(cluster.get()).setSerial(serial);
    node.map(AgentMessages::node).ifPresent(request::setNode);
    unlessGone(() -> connection.call(deadline, stub -> stub.unpublishVolume(request.build())));
  }

  @Override
  public List<KnownNode> nodes(Deadline deadline) {
    ListNodesRequest request = ListNodesRequest.newBuilder().setCluster(cluster.get()).build();
    try {
      return connection.call(
          deadline,
          stub ->
              stub.withMaxInboundMessageSize(NODES_BYTES).listNodes(request).getNodesList().stream()
                  .map(AgentMessages::knownNode)
                  .toList());
    } catch (Failure e) {
      if (e.kind() == Kind.UNIMPLEMENTED) {
        return List.of();
      }
      throw e;
    }
  }

  @Override
  public void setChap(Node node, ChapEntry entry, Deadline deadline) {
    SetNodeChapRequest.Builder request =
        SetNodeChapRequest.newBuilder().setCluster(cluster.get()).setNode(AgentMessages.node(node));
    entry
        .chap()
        .map(AgentMessages::chap)
        .ifPresentOrElse(request::setChap, () -> request.setNoneSinceRevision(entry.revision()));
    unlessGone(() -> connection.call(deadline, stub -> stub.setNodeChap(request.build())));
  }

  @Override
  public void releaseLuns(
      Node node, boolean answers, Collection<FreedLun> free, Deadline deadline) {
    ReleaseLunsRequest request =
        ReleaseLunsRequest.newBuilder()
            .setCluster(cluster.get())
            .setNode(AgentMessages.node(node))
            .setAnswers(answers)
            .addAllFreed(free.stream().map(AgentMessages::freed).toList())
            .build();
    unlessGone(() -> connection.call(deadline, stub -> stub.releaseLuns(request)));
  }

  @Override
  public StoredSnapshot createSnapshot(String name, String volumeSerial, Deadline deadline) {
    CreateSnapshotRequest request =
        CreateSnapshotRequest.newBuilder()
            .setCluster(cluster.get())
            .setName(name)
            .setVolumeSerial(volumeSerial)
            .build();
    return connection.call(
        deadline,
        SnapshotsGrpc::newBlockingStub,
        stub -> AgentMessages.snapshot(stub.createSnapshot(request).getSnapshot()));
  }

  @Override
  public void deleteSnapshot(String serial, Deadline deadline) {
    DeleteSnapshotRequest request =
        DeleteSnapshotRequest.newBuilder().setCluster(cluster.get()).setSerial(serial).build();
    unlessGone(() ->
        connection.call(
            deadline, SnapshotsGrpc::newBlockingStub, stub -> stub.deleteSnapshot(request)));
  }

  @Override
  public Optional<StoredSnapshot> snapshot(String serial, Deadline deadline) {
    return snapshot(GetSnapshotRequest.newBuilder().setSerial(serial), deadline);
  }

  @Override
  public Optional<StoredSnapshot> snapshotWithName(String name, Deadline deadline) {
    return snapshot(GetSnapshotRequest.newBuilder().setName(name), deadline);
  }

  private Optional<StoredSnapshot> snapshot(GetSnapshotRequest.Builder which, Deadline deadline) {
    GetSnapshotRequest request = which.setCluster(cluster.get()).build();
    return Absence.unlessMissing(() ->
        connection.call(
            deadline,
            SnapshotsGrpc::newBlockingStub,
            stub -> AgentMessages.snapshot(stub.getSnapshot(request).getSnapshot())));
  }

  @Override
  public AgentPage<StoredSnapshot> listSnapshots(
      String volumeSerial, int maxEntries, String afterSerial, Deadline deadline) {
    ListSnapshotsRequest request =
        ListSnapshotsRequest.newBuilder()
            .setCluster(cluster.get())
            .setVolumeSerial(volumeSerial)
            .setMaxEntries(maxEntries)
            .setAfterSerial(afterSerial)
            .build();
    return connection.call(
        deadline,
        SnapshotsGrpc::newBlockingStub,
        stub -> {
          ListSnapshotsResponse page = stub.listSnapshots(request);
          return new AgentPage<>(
              page.getSnapshotsList().stream().map(AgentMessages::snapshot).toList(),
              page.getMore());
        });
  }

  @Override
  public StoredGroup createGroup(String name, Collection<String> volumeSerials, Deadline deadline) {
    return groups.create(cluster.get(), name, volumeSerials, deadline);
  }

  @Override
  public void deleteGroup(String serial, Collection<String> snapshotSerials, Deadline deadline) {
    groups.delete(cluster.get(), serial, snapshotSerials, deadline);
  }

  @Override
  public Optional<StoredGroup> group(String serial, Deadline deadline) {
    return groups.withSerial(cluster.get(), serial, deadline);
  }

  @Override
  public Optional<StoredGroup> groupWithName(String name, Deadline deadline) {
    return groups.withName(cluster.get(), name, deadline);
  }

  @Override
  public void blocks(BlockQuery query, Deadline deadline, Consumer<BlockPage> to) {
    blocks.get(cluster.get(), query, deadline, to);
  }

  /** On the proven host, a volume that is not there is deleted and published to nobody. */
  private static void unlessGone(Runnable call) {
    try {
      call.run();
    } catch (Failure e) {
      if (e.kind() != Kind.NOT_FOUND) {
        throw e;
      }
    }
  }
}
