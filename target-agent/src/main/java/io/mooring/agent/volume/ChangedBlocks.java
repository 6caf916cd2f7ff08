package io.mooring.agent.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.agent.pool.BlockMap;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.Optional;

/** Where snapshots hold data, and where two of one volume differ. */
public final class ChangedBlocks {
  private final SnapshotRecords snapshots;
  private final Pools pools;

  /**
   * What is asked for.
   *
   * @param serial the snapshot's
   * @param base only where it differs from this one; empty for all that it holds
   * @param from nothing before that byte
   */
  public record Order(String cluster, Serial serial, Optional<Serial> base, long from) {}

  public ChangedBlocks(SnapshotRecords snapshots, Pools pools) {
    this.snapshots = requireNonNull(snapshots, "snapshots is null");
    this.pools = requireNonNull(pools, "pools is null");
  }

  /**
   * The order with the snapshots of this cluster that it names.
   *
   * @throws Failure NOT_FOUND without them; INVALID_ARGUMENT when they are of two volumes;
   *     OUT_OF_RANGE when it begins beyond the snapshot's end
   */
  public BlockMap.Query find(Order order) {
    SnapshotRecord snapshot = snapshots.require(order.cluster(), order.serial());
    Optional<SnapshotRecord> base =
        order.base().map(serial -> snapshots.require(order.cluster(), serial));
    base.filter(one -> !one.volume().equals(snapshot.volume()))
        .ifPresent(one -> {
          throw Failure.invalidArgument(
              "%s is of volume %s and %s of volume %s; compare snapshots of one volume"
                  .formatted(one.label(), one.volume(), snapshot.label(), snapshot.volume()));
        });
    if (order.from() < 0 || order.from() > snapshot.sizeBytes()) {
      throw Failure.outOfRange(
          "byte %d is not in %s, which has %d bytes"
              .formatted(order.from(), snapshot.label(), snapshot.sizeBytes()));
    }
    return new BlockMap.Query(snapshot, base, order.from());
  }

  /**
   * Gives the extents, see {@link BlockMap#read}.
   *
   * @throws Failure FAILED_PRECONDITION when the pool does not know them
   */
  public void read(BlockMap.Query query, BlockMap.Sink sink, Deadline deadline) {
    pools.require(query.snapshot().pool()).blocks().read(query, sink, deadline);
  }
}
