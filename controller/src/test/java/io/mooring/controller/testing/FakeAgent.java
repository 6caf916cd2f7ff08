package io.mooring.controller.testing;

import com.google.protobuf.Message;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.mooring.agent.v1.AgentGrpc;
import io.mooring.agent.v1.CreateGroupSnapshotRequest;
import io.mooring.agent.v1.CreateGroupSnapshotResponse;
import io.mooring.agent.v1.CreateSnapshotRequest;
import io.mooring.agent.v1.CreateSnapshotResponse;
import io.mooring.agent.v1.CreateVolumeRequest;
import io.mooring.agent.v1.CreateVolumeResponse;
import io.mooring.agent.v1.DeleteGroupSnapshotRequest;
import io.mooring.agent.v1.DeleteGroupSnapshotResponse;
import io.mooring.agent.v1.DeleteSnapshotRequest;
import io.mooring.agent.v1.DeleteSnapshotResponse;
import io.mooring.agent.v1.DeleteVolumeRequest;
import io.mooring.agent.v1.DeleteVolumeResponse;
import io.mooring.agent.v1.ExpandVolumeRequest;
import io.mooring.agent.v1.ExpandVolumeResponse;
import io.mooring.agent.v1.GetBlocksRequest;
import io.mooring.agent.v1.GetBlocksResponse;
import io.mooring.agent.v1.GetGroupSnapshotRequest;
import io.mooring.agent.v1.GetGroupSnapshotResponse;
import io.mooring.agent.v1.GetHealthRequest;
import io.mooring.agent.v1.GetHealthResponse;
import io.mooring.agent.v1.GetSnapshotRequest;
import io.mooring.agent.v1.GetSnapshotResponse;
import io.mooring.agent.v1.GetTargetRequest;
import io.mooring.agent.v1.GetTargetResponse;
import io.mooring.agent.v1.GetVolumeRequest;
import io.mooring.agent.v1.GetVolumeResponse;
import io.mooring.agent.v1.GroupSnapshotsGrpc;
import io.mooring.agent.v1.ListNodesRequest;
import io.mooring.agent.v1.ListNodesResponse;
import io.mooring.agent.v1.ListSnapshotsRequest;
import io.mooring.agent.v1.ListSnapshotsResponse;
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
import io.mooring.agent.v1.SnapshotsGrpc;
import io.mooring.agent.v1.UnpublishVolumeRequest;
import io.mooring.agent.v1.UnpublishVolumeResponse;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A storage host's agent without a storage host: keeps volumes and publications as the real one
 * does, and fails on demand before or after the work.
 */
public final class FakeAgent extends AgentGrpc.AgentImplBase {
  private final FakeStorage storage;
  private final FakeFaults faults = new FakeFaults();
  private final FakeHealth health = new FakeHealth();
  private final FakeBlocks blocks = new FakeBlocks();
  private final FakeChap chap = new FakeChap();
  private final FakeLuns luns = new FakeLuns();

  public FakeAgent(String name) {
    this.storage = new FakeStorage(name);
  }

  /** What the host has. */
  public FakeStorage storage() {
    return storage;
  }

  /** What it finds wrong with its volumes. */
  public FakeHealth health() {
    return health;
  }

  /** Where its snapshots hold data. */
  public FakeBlocks blocks() {
    return blocks;
  }

  /** What its nodes must prove. */
  public FakeChap chap() {
    return chap;
  }

  /** Which of its LUN numbers wait for the word of nodes. */
  public FakeLuns luns() {
    return luns;
  }

  /** What goes wrong, and what was called. */
  public FakeFaults faults() {
    return faults;
  }

  /** The calls that arrived, as method names. */
  public List<String> calls() {
    return faults.calls();
  }

  /** Its other service. */
  SnapshotsGrpc.SnapshotsImplBase snapshots() {
    return new SnapshotsGrpc.SnapshotsImplBase() {
      @Override
      public void createSnapshot(
          CreateSnapshotRequest request, StreamObserver<CreateSnapshotResponse> observer) {
        answer(
            "CreateSnapshot",
            observer,
            () ->
                CreateSnapshotResponse.newBuilder()
                    .setSnapshot(storage.snapshotStore().create(request))
                    .build());
      }

      @Override
      public void deleteSnapshot(
          DeleteSnapshotRequest request, StreamObserver<DeleteSnapshotResponse> observer) {
        answer(
            "DeleteSnapshot",
            observer,
            () -> {
              storage.snapshotStore().delete(request);
              return DeleteSnapshotResponse.getDefaultInstance();
            });
      }

      @Override
      public void getSnapshot(
          GetSnapshotRequest request, StreamObserver<GetSnapshotResponse> observer) {
        answer(
            "GetSnapshot",
            observer,
            () ->
                GetSnapshotResponse.newBuilder()
                    .setSnapshot(storage.snapshotStore().get(request))
                    .build());
      }

      @Override
      public void listSnapshots(
          ListSnapshotsRequest request, StreamObserver<ListSnapshotsResponse> observer) {
        answer("ListSnapshots", observer, () -> storage.snapshotStore().list(request));
      }

      @Override
      public void getBlocks(GetBlocksRequest request, StreamObserver<GetBlocksResponse> observer) {
        if (storage.isOld()) {
          super.getBlocks(request, observer);
        } else {
          blocks.answer(
              request,
              storage.snapshotStore(),
              (ServerCallStreamObserver<GetBlocksResponse>) observer);
        }
      }
    };
  }

  @Override
  public void getHealth(GetHealthRequest request, StreamObserver<GetHealthResponse> observer) {
    answer("GetHealth", observer, () -> health.answer(request));
  }

  /** Its third service, which an old one does not have. */
  Optional<GroupSnapshotsGrpc.GroupSnapshotsImplBase> groups() {
    return storage.isOld() ? Optional.empty() : Optional.of(new Groups());
  }

  private final class Groups extends GroupSnapshotsGrpc.GroupSnapshotsImplBase {
    @Override
    public void createGroupSnapshot(
        CreateGroupSnapshotRequest request, StreamObserver<CreateGroupSnapshotResponse> observer) {
      answer(
          "CreateGroupSnapshot",
          observer,
          () ->
              CreateGroupSnapshotResponse.newBuilder()
                  .setGroup(storage.snapshotStore().create(request))
                  .build());
    }

    @Override
    public void deleteGroupSnapshot(
        DeleteGroupSnapshotRequest request, StreamObserver<DeleteGroupSnapshotResponse> observer) {
      answer(
          "DeleteGroupSnapshot",
          observer,
          () -> {
            storage.snapshotStore().delete(request);
            return DeleteGroupSnapshotResponse.getDefaultInstance();
          });
    }

    @Override
    public void getGroupSnapshot(
        GetGroupSnapshotRequest request, StreamObserver<GetGroupSnapshotResponse> observer) {
      answer(
          "GetGroupSnapshot",
          observer,
          () ->
              GetGroupSnapshotResponse.newBuilder()
                  .setGroup(storage.snapshotStore().get(request))
                  .build());
    }
  }

  private <T extends Message> void answer(
      String method, StreamObserver<T> observer, Supplier<T> work) {
    try {
      T value = faults.around(method, work);
      observer.onNext(value);
      observer.onCompleted();
    } catch (StatusRuntimeException e) {
      observer.onError(e);
    } catch (RuntimeException e) {
      observer.onError(Status.INTERNAL.withDescription(e.toString()).asRuntimeException());
    }
  }

  @Override
  public void getTarget(GetTargetRequest request, StreamObserver<GetTargetResponse> observer) {
    answer(
        "GetTarget",
        observer,
        () -> GetTargetResponse.newBuilder().setTarget(storage.target()).build());
  }

  @Override
  public void createVolume(
      CreateVolumeRequest request, StreamObserver<CreateVolumeResponse> observer) {
    answer(
        "CreateVolume",
        observer,
        () -> CreateVolumeResponse.newBuilder().setVolume(storage.create(request)).build());
  }

  @Override
  public void deleteVolume(
      DeleteVolumeRequest request, StreamObserver<DeleteVolumeResponse> observer) {
    answer(
        "DeleteVolume",
        observer,
        () -> {
          storage.delete(request);
          return DeleteVolumeResponse.getDefaultInstance();
        });
  }

  @Override
  public void expandVolume(
      ExpandVolumeRequest request, StreamObserver<ExpandVolumeResponse> observer) {
    answer(
        "ExpandVolume",
        observer,
        () -> ExpandVolumeResponse.newBuilder().setVolume(storage.expand(request)).build());
  }

  @Override
  public void modifyVolume(
      ModifyVolumeRequest request, StreamObserver<ModifyVolumeResponse> observer) {
    if (storage.isOld()) {
      super.modifyVolume(request, observer);
      return;
    }
    answer(
        "ModifyVolume",
        observer,
        () -> ModifyVolumeResponse.newBuilder().setVolume(storage.modify(request)).build());
  }

  @Override
  public void getVolume(GetVolumeRequest request, StreamObserver<GetVolumeResponse> observer) {
    answer(
        "GetVolume",
        observer,
        () -> GetVolumeResponse.newBuilder().setVolume(storage.get(request)).build());
  }

  @Override
  public void listVolumes(
      ListVolumesRequest request, StreamObserver<ListVolumesResponse> observer) {
    answer("ListVolumes", observer, () -> storage.list(request));
  }

  @Override
  public void publishVolume(
      PublishVolumeRequest request, StreamObserver<PublishVolumeResponse> observer) {
    answer(
        "PublishVolume",
        observer,
        () -> {
          PublishVolumeResponse published = storage.publish(request);
          boolean demanded =
              chap.published(
                  request.getNode(),
                  request.hasChap() ? Optional.of(request.getChap()) : Optional.empty());
          return published.toBuilder().setChap(demanded).build();
        });
  }

  @Override
  public void listNodes(ListNodesRequest request, StreamObserver<ListNodesResponse> observer) {
    answer("ListNodes", observer, () -> luns.with(chap.list()));
  }

  @Override
  public void releaseLuns(
      ReleaseLunsRequest request, StreamObserver<ReleaseLunsResponse> observer) {
    answer(
        "ReleaseLuns",
        observer,
        () -> {
          luns.release(request);
          return ReleaseLunsResponse.getDefaultInstance();
        });
  }

  @Override
  public void setNodeChap(
      SetNodeChapRequest request, StreamObserver<SetNodeChapResponse> observer) {
    answer(
        "SetNodeChap",
        observer,
        () -> {
          chap.set(request);
          return SetNodeChapResponse.getDefaultInstance();
        });
  }

  @Override
  public void unpublishVolume(
      UnpublishVolumeRequest request, StreamObserver<UnpublishVolumeResponse> observer) {
    answer(
        "UnpublishVolume",
        observer,
        () -> {
          storage.unpublish(request);
          return UnpublishVolumeResponse.getDefaultInstance();
        });
  }
}
