package io.mooring.controller.target.rpc;

import static java.util.Objects.requireNonNull;

import io.grpc.Context;
import io.mooring.agent.v1.GetBlocksRequest;
import io.mooring.agent.v1.GetBlocksResponse;
import io.mooring.agent.v1.SnapshotsGrpc;
import io.mooring.controller.target.BlockPage;
import io.mooring.controller.target.BlockQuery;
import io.mooring.controller.target.Extent;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.Deadline;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/** The blocks of an agent's snapshots, which agents of older versions do not tell. */
final class GrpcBlocks {
  private final AgentConnection connection;

  GrpcBlocks(AgentConnection connection) {
    this.connection = requireNonNull(connection, "connection is null");
  }

  void get(String cluster, BlockQuery query, Deadline deadline, Consumer<BlockPage> to) {
    GetBlocksRequest request =
        GetBlocksRequest.newBuilder()
            .setCluster(cluster)
            .setSerial(query.serial())
            .setBaseSerial(query.baseSerial().orElse(""))
            .setStartingOffset(query.from())
            .setMaxExtents(query.atOnce())
            .build();
    // The agent stops when the reader does, or when who asked this process has gone.
    Context.CancellableContext context = Context.current().withCancellation();
    try {
      connection.stream(
          deadline,
          SnapshotsGrpc::newBlockingStub,
          stub -> context.run(() -> handOver(stub.getBlocks(request), new Pages(query), to)));
    } catch (Failure e) {
      if (e.kind() == Kind.UNIMPLEMENTED) {
        throw new Failure(
            Kind.FAILED_PRECONDITION,
            "storage target %s knows nothing of changed blocks; update its agent, or back up as a whole"
                .formatted(connection.target().name()),
            e);
      }
      throw e;
    } finally {
      context.cancel(null);
    }
  }

  /** The iterator asks for the next message only when this one is done with. */
  private static void handOver(
      Iterator<GetBlocksResponse> responses, Pages pages, Consumer<BlockPage> to) {
    while (responses.hasNext()) {
      to.accept(pages.next(responses.next()));
    }
  }

  /** A backup will trust them: what is out of order or out of bounds is refused. */
  private static final class Pages {
    private final BlockQuery query;
    private long sizeBytes;
    private long end;

    Pages(BlockQuery query) {
      this.query = query;
      this.end = query.from();
    }

    BlockPage next(GetBlocksResponse response) {
      List<Extent> extents =
          response.getExtentsList().stream()
              .map(extent -> new Extent(extent.getOffset(), extent.getBytes()))
              .toList();
      if (sizeBytes == 0) {
        sizeBytes = response.getSizeBytes();
      }
      boolean tooMany = query.atOnce() > 0 && extents.size() > query.atOnce();
      if (tooMany || sizeBytes <= 0 || response.getSizeBytes() != sizeBytes) {
        throw AgentMessages.nonsense(
            "%d extents of %d bytes in one message".formatted(extents.size(), sizeBytes));
      }
      extents.forEach(this::check);
      return new BlockPage(sizeBytes, extents);
    }

    private void check(Extent extent) {
      if (extent.bytes() < 1
          || extent.offset() < end
          || extent.bytes() > sizeBytes - extent.offset()) {
        throw AgentMessages.nonsense(
            "%d bytes at %d of a snapshot of %d bytes, after those up to %d"
                .formatted(extent.bytes(), extent.offset(), sizeBytes, end));
      }
      end = extent.end();
    }
  }
}
