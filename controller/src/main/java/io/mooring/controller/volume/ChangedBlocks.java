package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.Agent;
import io.mooring.controller.target.BlockPage;
import io.mooring.controller.target.BlockQuery;
import io.mooring.controller.target.Fleet;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.Optional;
import java.util.function.Consumer;

/** Where snapshots hold data, and where two of one volume differ: what a backup has to read. */
public final class ChangedBlocks {
  private final Fleet fleet;

  public ChangedBlocks(Fleet fleet) {
    this.fleet = requireNonNull(fleet, "fleet is null");
  }

  /**
   * Which part of the answer is wanted.
   *
   * @param from nothing before that byte
   * @param atOnce so many extents in a page at most; 0 for any number
   */
  public record Part(long from, int atOnce) {
    public Part {
      if (from < 0) {
        throw Failure.outOfRange(
            "starting_offset is %d; give 0, or the byte to go on from".formatted(from));
      }
      if (atOnce < 0) {
        throw Failure.invalidArgument(
            "max_results is %d; give 0 for any number, or more".formatted(atOnce));
      }
    }
  }

  /**
   * Where a snapshot holds data. Every page is handed over before the next one is fetched; there is
   * at least one.
   *
   * @throws Failure NOT_FOUND without such a snapshot; OUT_OF_RANGE when the part begins beyond its
   *     end; FAILED_PRECONDITION when its pool does not know, or it is encrypted
   */
  public void allocated(String snapshotId, Part part, Deadline deadline, Consumer<BlockPage> to) {
    SnapshotId snapshot = parse(snapshotId);
    read(snapshot, Optional.empty(), part, deadline, to);
  }

  /**
   * Where a snapshot differs from another one of its volume.
   *
   * @throws Failure as {@link #allocated}; INVALID_ARGUMENT when they are not of one volume
   */
  public void delta(
      String baseId, String snapshotId, Part part, Deadline deadline, Consumer<BlockPage> to) {
    SnapshotId base = parse(baseId);
    SnapshotId snapshot = parse(snapshotId);
    if (!base.target().equals(snapshot.target())) {
      throw Failure.invalidArgument(
          "snapshots %s and %s are on two storage targets, so that they are not of one volume; compare snapshots of one volume"
              .formatted(base, snapshot));
    }
    read(snapshot, Optional.of(base.serial()), part, deadline, to);
  }

  private static SnapshotId parse(String snapshotId) {
    return SnapshotId.parse(snapshotId).orElseThrow(() -> missing(snapshotId));
  }

  private static Failure missing(String snapshotId) {
    return Failure.notFound("snapshot %s does not exist".formatted(snapshotId));
  }

  private void read(
      SnapshotId snapshot,
      Optional<String> base,
      Part part,
      Deadline deadline,
      Consumer<BlockPage> to) {
    Agent agent = fleet.agent(snapshot.target()).orElseThrow(() -> missing(snapshot.toString()));
    agent.blocks(new BlockQuery(snapshot.serial(), base, part.from(), part.atOnce()), deadline, to);
  }
}
