package io.mooring.controller.testing;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.mooring.agent.v1.Extent;
import io.mooring.agent.v1.GetBlocksRequest;
import io.mooring.agent.v1.GetBlocksResponse;
import io.mooring.agent.v1.GetSnapshotRequest;
import io.mooring.agent.v1.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/** Where the snapshots of a fake storage host hold data, and differ. */
public final class FakeBlocks {
  private final List<GetBlocksResponse> pages = new CopyOnWriteArrayList<>();
  private final List<GetBlocksRequest> requests = new CopyOnWriteArrayList<>();
  private final AtomicBoolean cancelled = new AtomicBoolean();
  private volatile boolean endless;
  private volatile Optional<Status> end = Optional.empty();

  FakeBlocks() {}

  /** The next message; begins and length of its extents in turns. */
  public void page(long sizeBytes, long... extents) {
    GetBlocksResponse.Builder page = GetBlocksResponse.newBuilder().setSizeBytes(sizeBytes);
    for (int i = 0; i < extents.length; i += 2) {
      page.addExtents(Extent.newBuilder().setOffset(extents[i]).setBytes(extents[i + 1]));
    }
    pages.add(page.build());
  }

  /** How the stream ends after all messages. */
  public void endsWith(Status status) {
    end = Optional.of(status);
  }

  /** It never ends. */
  public void endsNever() {
    endless = true;
  }

  /** What was asked for. */
  public List<GetBlocksRequest> requests() {
    return List.copyOf(requests);
  }

  /** Whether a caller went before the end. */
  public boolean wasCancelled() {
    return cancelled.get();
  }

  void answer(
      GetBlocksRequest request,
      FakeSnapshots snapshots,
      ServerCallStreamObserver<GetBlocksResponse> observer) {
    requests.add(request);
    observer.setOnCancelHandler(() -> cancelled.set(true));
    try {
      List<Snapshot> compared = new ArrayList<>(List.of(find(snapshots, request.getSerial())));
      if (!request.getBaseSerial().isEmpty()) {
        compared.add(find(snapshots, request.getBaseSerial()));
      }
      if (compared.stream().map(Snapshot::getVolumeSerial).distinct().count() > 1) {
        throw FakeStorage.fail(Status.INVALID_ARGUMENT, "they are of two volumes");
      }
      if (request.getStartingOffset() > compared.getFirst().getSizeBytes()) {
        throw FakeStorage.fail(Status.OUT_OF_RANGE, "it begins beyond the end");
      }
    } catch (StatusRuntimeException e) {
      observer.onError(e);
      return;
    }
    pages.forEach(observer::onNext);
    if (end.isPresent()) {
      observer.onError(end.get().asRuntimeException());
    } else if (!endless) {
      observer.onCompleted();
    }
  }

  private static Snapshot find(FakeSnapshots snapshots, String serial) {
    return snapshots.get(GetSnapshotRequest.newBuilder().setSerial(serial).build());
  }
}
