package io.mooring.agent;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.pool.BlockMap;
import io.mooring.agent.pool.Extent;
import io.mooring.agent.v1.GetBlocksResponse;
import io.mooring.runtime.rpc.Streamed;

/** Extents as messages, so many in each; the last one may be short, and the only one empty. */
final class BlockStream implements BlockMap.Sink {
  /** Where the caller says nothing: some 20 KB. */
  private static final int STANDARD = 1024;

  /** A fifth of what gRPC takes for a message. */
  private static final int MOST = 32 * 1024;

  private final Streamed.Outlet<GetBlocksResponse> outlet;
  private final long sizeBytes;
  private final int each;
  private boolean any;
  private GetBlocksResponse.Builder next;

  /**
   * Begins with nothing.
   *
   * @param sizeBytes the snapshot's, in every message
   * @param each so many extents at most; 0 leaves it to us
   */
  BlockStream(Streamed.Outlet<GetBlocksResponse> outlet, long sizeBytes, int each) {
    this.outlet = requireNonNull(outlet, "outlet is null");
    this.sizeBytes = sizeBytes;
    // An unsigned number: a negative one is larger than any.
    this.each = each == 0 ? STANDARD : each < 0 ? MOST : Math.min(each, MOST);
    next = empty();
  }

  private GetBlocksResponse.Builder empty() {
    return GetBlocksResponse.newBuilder().setSizeBytes(sizeBytes);
  }

  @Override
  public void take(Extent extent) {
    next.addExtents(
        io.mooring.agent.v1.Extent.newBuilder()
            .setOffset(extent.offset())
            .setBytes(extent.bytes()));
    if (next.getExtentsCount() == each) {
      send();
    }
  }

  @Override
  public void requireWanted() {
    outlet.requireOpen();
  }

  private void send() {
    outlet.send(next.build());
    any = true;
    next = empty();
  }

  /** There is no other extent. Without any the caller still learns the size. */
  void finish() {
    if (!any || next.getExtentsCount() > 0) {
      send();
    }
  }
}
