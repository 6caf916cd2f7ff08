package io.mooring.agent;

import static java.util.Objects.requireNonNull;

import io.grpc.stub.StreamObserver;
import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.agent.v1.AgentGrpc;
import io.mooring.agent.v1.CreateVolumeRequest;
import io.mooring.agent.v1.CreateVolumeResponse;
import io.mooring.agent.v1.DeleteVolumeRequest;
import io.mooring.agent.v1.DeleteVolumeResponse;
import io.mooring.agent.v1.ExpandVolumeRequest;
import io.mooring.agent.v1.ExpandVolumeResponse;
import io.mooring.agent.v1.FreedLun;
import io.mooring.agent.v1.GetHealthRequest;
import io.mooring.agent.v1.GetHealthResponse;
import io.mooring.agent.v1.GetTargetRequest;
import io.mooring.agent.v1.GetTargetResponse;
import io.mooring.agent.v1.GetVolumeRequest;
import io.mooring.agent.v1.GetVolumeResponse;
import io.mooring.agent.v1.ListNodesRequest;
import io.mooring.agent.v1.ListNodesResponse;
import io.mooring.agent.v1.ListVolumesRequest;
import io.mooring.agent.v1.ListVolumesResponse;
import io.mooring.agent.v1.ModifyVolumeRequest;
import io.mooring.agent.v1.ModifyVolumeResponse;
import io.mooring.agent.v1.PublishVolumeRequest;
import io.mooring.agent.v1.PublishVolumeResponse;
import io.mooring.agent.v1.ReleaseLunsRequest;
import io.mooring.agent.v1.ReleaseLunsResponse;
import io.mooring.agent.v1.SetNodeChapRequest;
import io.mooring.agent.v1.SetNodeChapResponse;
import io.mooring.agent.v1.Target;
import io.mooring.agent.v1.UnpublishVolumeRequest;
import io.mooring.agent.v1.UnpublishVolumeResponse;
import io.mooring.agent.volume.Exports;
import io.mooring.agent.volume.Growth;
import io.mooring.agent.volume.Health;
import io.mooring.agent.volume.Modification;
import io.mooring.agent.volume.NodeAccess;
import io.mooring.agent.volume.SizeRange;
import io.mooring.agent.volume.Volumes;
import io.mooring.runtime.chap.ChapEntry;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.operation.Operations;
import io.mooring.runtime.rpc.Unary;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The API of {@code mooring.agent.v1}: messages in, messages out, one operation per volume. */
final class AgentService extends AgentGrpc.AgentImplBase {
  private final Supplier<Target> target;
  private final Volumes volumes;
  private final Growth growth;
  private final Modification modification;
  private final Exports exports;
  private final NodeAccess access;
  private final Health health;
  private final Messages messages;
  private final Changes changes;

  AgentService(
      Supplier<Target> target,
      Volumes volumes,
      Growth growth,
      Modification modification,
      Exports exports,
      NodeAccess access,
      Health health,
      Messages messages,
      Operations operations) {
    this.target = requireNonNull(target, "target is null");
    this.volumes = requireNonNull(volumes, "volumes is null");
    this.growth = requireNonNull(growth, "growth is null");
    this.modification = requireNonNull(modification, "modification is null");
    this.exports = requireNonNull(exports, "exports is null");
    this.access = requireNonNull(access, "access is null");
    this.health = requireNonNull(health, "health is null");
    this.messages = requireNonNull(messages, "messages is null");
    this.changes = new Changes(operations);
  }

  @Override
  public void getTarget(GetTargetRequest request, StreamObserver<GetTargetResponse> observer) {
    Unary.answer(observer, () -> GetTargetResponse.newBuilder().setTarget(target.get()).build());
  }

  @Override
  public void createVolume(
      CreateVolumeRequest request, StreamObserver<CreateVolumeResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          Volumes.Order order =
              new Volumes.Order(
                  Checks.cluster(request.getCluster()),
                  Checks.volumeName(request.getName()),
                  Checks.present("pool", request.getPool()),
                  new SizeRange(request.getRequiredBytes(), request.getLimitBytes()),
                  Checks.source(request.getSource()),
                  Checks.limits(request.getLimits()));
          VolumeRecord volume =
              changes.make(
                  order.cluster() + "/" + order.name(),
                  "CreateVolume",
                  order,
                  deadline -> volumes.create(order, deadline));
          return CreateVolumeResponse.newBuilder().setVolume(messages.volume(volume)).build();
        });
  }

  @Override
  public void deleteVolume(
      DeleteVolumeRequest request, StreamObserver<DeleteVolumeResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          String cluster = Checks.cluster(request.getCluster());
          Checks.possibleSerial(request.getSerial())
              .ifPresent(serial ->
                  changes.run(
                      "volume " + serial,
                      "DeleteVolume",
                      request,
                      deadline -> volumes.delete(cluster, serial, deadline)));
          return DeleteVolumeResponse.getDefaultInstance();
        });
  }

  @Override
  public void expandVolume(
      ExpandVolumeRequest request, StreamObserver<ExpandVolumeResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          Growth.Order order =
              new Growth.Order(
                  Checks.cluster(request.getCluster()),
                  Checks.serial(request.getSerial()),
                  new SizeRange(request.getRequiredBytes(), request.getLimitBytes()));
          VolumeRecord volume =
              changes.make(
                  "volume " + order.serial(),
                  "ExpandVolume",
                  order,
                  deadline -> growth.grow(order, deadline));
          return ExpandVolumeResponse.newBuilder().setVolume(messages.volume(volume)).build();
        });
  }

  @Override
  public void modifyVolume(
      ModifyVolumeRequest request, StreamObserver<ModifyVolumeResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          Modification.Order order =
              new Modification.Order(
                  Checks.cluster(request.getCluster()),
                  Checks.serial(request.getSerial()),
                  Checks.limits(request.getLimits()));
          VolumeRecord volume =
              changes.make(
                  "volume " + order.serial(),
                  "ModifyVolume",
                  order,
                  deadline -> modification.modify(order, deadline));
          return ModifyVolumeResponse.newBuilder().setVolume(messages.volume(volume)).build();
        });
  }

  @Override
  public void getVolume(GetVolumeRequest request, StreamObserver<GetVolumeResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          String cluster = Checks.cluster(request.getCluster());
          VolumeRecord volume =
              switch (request.getByCase()) {
                case SERIAL -> volumes.get(cluster, Checks.serial(request.getSerial()));
                case NAME -> volumes.get(cluster, Checks.volumeName(request.getName()));
                case BY_NOT_SET ->
                    throw Failure.invalidArgument("neither serial nor name is given; give one");
              };
          return GetVolumeResponse.newBuilder().setVolume(messages.volume(volume)).build();
        });
  }

  @Override
  public void listVolumes(
      ListVolumesRequest request, StreamObserver<ListVolumesResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          Page<VolumeRecord> page =
              Page.of(
                  volumes.list(Checks.cluster(request.getCluster())),
                  VolumeRecord::serial,
                  request.getAfterSerial(),
                  request.getMaxEntries());
          return ListVolumesResponse.newBuilder()
              .addAllVolumes(page.entries().stream().map(messages::volume).toList())
              .setMore(page.more())
              .build();
        });
  }

  @Override
  public void getHealth(GetHealthRequest request, StreamObserver<GetHealthResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          Optional<Serial> only =
              request.getSerial().isEmpty()
                  ? Optional.empty()
                  : Optional.of(Checks.serial(request.getSerial()));
          return GetHealthResponse.newBuilder()
              .addAllFindings(
                  health.of(Checks.cluster(request.getCluster()), only, Changes.caller()).stream()
                      .map(Messages::finding)
                      .toList())
              .build();
        });
  }

  @Override
  public void publishVolume(
      PublishVolumeRequest request, StreamObserver<PublishVolumeResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          Exports.Order order =
              new Exports.Order(
                  Checks.cluster(request.getCluster()),
                  Checks.serial(request.getSerial()),
                  Checks.uuid(request.getNode().getUuid()),
                  Checks.nodeName(request.getNode().getName()),
                  request.getReadOnly(),
                  Checks.use(request.getExclusive(), request.getAccessType()),
                  request.hasChap()
                      ? Optional.of(Checks.chap(request.getChap()))
                      : Optional.empty(),
                  request.getAsksNodes());
          VolumeRecord volume =
              changes.make(
                  "volume " + order.serial(),
                  "PublishVolume",
                  order,
                  deadline -> exports.publish(order, deadline));
          return PublishVolumeResponse.newBuilder()
              .setVolume(messages.volume(volume))
              .setPublication(
                  messages.publication(
                      volume, volume.publicationOf(order.nodeUuid()).orElseThrow()))
              .setChap(access.demandsChap(order.cluster(), order.nodeUuid()))
              .build();
        });
  }

  @Override
  public void unpublishVolume(
      UnpublishVolumeRequest request, StreamObserver<UnpublishVolumeResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          String cluster = Checks.cluster(request.getCluster());
          String uuid = request.getNode().getUuid();
          String node = uuid.isEmpty() ? "" : Checks.uuid(uuid);
          Checks.possibleSerial(request.getSerial())
              .ifPresent(serial ->
                  changes.run(
                      "volume " + serial,
                      "UnpublishVolume",
                      request,
                      deadline ->
                          exports.unpublish(
                              cluster, serial, node, request.getNode().getName(), deadline)));
          return UnpublishVolumeResponse.getDefaultInstance();
        });
  }

  @Override
  public void setNodeChap(
      SetNodeChapRequest request, StreamObserver<SetNodeChapResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          String cluster = Checks.cluster(request.getCluster());
          String node = Checks.uuid(request.getNode().getUuid());
          ChapEntry entry = Checks.chapEntry(request);
          changes.run(
              "node " + node, "SetNodeChap", request, _ -> access.demand(cluster, node, entry));
          return SetNodeChapResponse.getDefaultInstance();
        });
  }

  @Override
  public void listNodes(ListNodesRequest request, StreamObserver<ListNodesResponse> observer) {
    Unary.answer(
        observer,
        () ->
            ListNodesResponse.newBuilder()
                .addAllNodes(
                    access.of(Checks.cluster(request.getCluster())).stream()
                        .map(Messages::node)
                        .toList())
                .build());
  }

  @Override
  public void releaseLuns(
      ReleaseLunsRequest request, StreamObserver<ReleaseLunsResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          access.release(
              Checks.cluster(request.getCluster()),
              Checks.uuid(request.getNode().getUuid()),
              request.getAnswers(),
              request.getFreedList().stream()
                  .collect(Collectors.toMap(FreedLun::getLun, FreedLun::getToken, (_, b) -> b)));
          return ReleaseLunsResponse.getDefaultInstance();
        });
  }
}
