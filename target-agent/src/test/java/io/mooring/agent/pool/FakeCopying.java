package io.mooring.agent.pool;

import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Copies in the fake pool, each in so many pieces. */
public final class FakeCopying implements Copying {
  private static final Duration REST = Duration.ofMillis(1);

  private final FakePool pool;
  private final int pieces;
  private final Runnable beforeEachChange;
  private final Map<Serial, Integer> copied = new HashMap<>();
  private final Map<Serial, Failure> failing = new HashMap<>();

  FakeCopying(FakePool pool, int pieces, Runnable beforeEachChange) {
    this.pool = pool;
    this.pieces = pieces;
    this.beforeEachChange = beforeEachChange;
  }

  /** That copy does not go on. */
  public void fails(Serial copy, Failure failure) {
    failing.put(copy, failure);
  }

  public void worksAgain() {
    failing.clear();
  }

  @Override
  public Piece copy(VolumeRecord volume, Deadline deadline) {
    return piece(
        volume.serial(), volume.sizeBytes(), () -> pool.put(volume.in(VolumeRecord.State.READY)));
  }

  @Override
  public Piece copy(SnapshotRecord snapshot, Deadline deadline) {
    return piece(
        snapshot.serial(),
        snapshot.sizeBytes(),
        () -> pool.put(snapshot.in(SnapshotRecord.State.READY)));
  }

  private Piece piece(Serial serial, long bytes, Runnable finish) {
    if (failing.containsKey(serial)) {
      throw failing.get(serial);
    }
    beforeEachChange.run();
    int done = copied.merge(serial, 1, Integer::sum);
    boolean whole = done >= pieces;
    if (whole) {
      finish.run();
      beforeEachChange.run();
    }
    return new Piece(bytes * Math.min(done, pieces) / pieces, bytes, whole, REST);
  }
}
