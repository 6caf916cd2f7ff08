package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.store.Documents;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the snapshots of a thin pool hold data, from the pool's metadata: thin_delta of
 * thin-provisioning-tools reads them in a child process, from a metadata snapshot, while the pool
 * is in use. What a device holds at all is in what respect it is the same as itself. One reader at
 * a time, since the pool has one metadata snapshot.
 */
public final class ThinBlockMap implements BlockMap {
  private static final Logger LOG = LoggerFactory.getLogger(ThinBlockMap.class);

  /** The pool keeps all metadata of that moment meanwhile; a caller can go on with another call. */
  private static final Duration LONGEST = Duration.ofMinutes(15);

  private static final Duration PREPARE = Duration.ofSeconds(60);
  private static final Duration RELEASE = Duration.ofSeconds(60);

  private final String name;
  private final String group;
  private final String thinPool;
  private final Lvm lvm;
  private final CommandRunner commands;
  private final MetadataSnapshot metadata;
  private final LuksHeader header;
  private final ReentrantLock reader = new ReentrantLock(true);

  /**
   * That of one pool.
   *
   * @param name the pool's in the configuration
   * @param held which pools have a metadata snapshot of ours, by that name
   */
  public ThinBlockMap(
      String name,
      String group,
      String thinPool,
      Lvm lvm,
      DeviceMapper mapper,
      CommandRunner commands,
      Documents<HeldMetadata> held) {
    this.name = requireNonNull(name, "name is null");
    this.group = requireNonNull(group, "group is null");
    this.thinPool = requireNonNull(thinPool, "thinPool is null");
    this.lvm = requireNonNull(lvm, "lvm is null");
    this.commands = requireNonNull(commands, "commands is null");
    this.metadata = new MetadataSnapshot(name, group, thinPool, lvm, mapper, held);
    this.header = new LuksHeader(commands);
  }

  @Override
  public void read(Query query, Sink sink, Deadline deadline) {
    Deadline own = deadline.atMost(LONGEST);
    lock(own);
    try {
      sink.requireWanted();
      readAlone(query, sink, own);
    } finally {
      reader.unlock();
    }
  }

  private void lock(Deadline deadline) {
    if (!deadline.grants(reader::tryLock)) {
      throw Failure.deadlineExceeded(
          "the metadata of pool %s were read for others all the time; try again".formatted(name));
    }
  }

  private void readAlone(Query query, Sink sink, Deadline deadline) {
    try {
      // LVM must not have the pool suspended then.
      lvm.exclusively(
          "reserve the metadata of " + name,
          deadline,
          () -> metadata.reserve(deadline.atMost(PREPARE)));
      compare(query, metadata.held(deadline.atMost(PREPARE)), sink, deadline);
    } finally {
      release();
    }
  }

  private void compare(Query query, ThinPoolDevice pool, Sink sink, Deadline deadline) {
    // Only now: a number that a snapshot has had from before until after the reservation, and LVM
    // changes none, is its number in what was reserved.
    Map<String, Long> ids = lvm.thinIds(group, thinPool, deadline);
    long right = id(query.snapshot(), ids);
    long left = query.base().map(base -> id(base, ids)).orElse(right);
    ExtentJoiner joiner = new ExtentJoiner(query.from(), query.snapshot().sizeBytes(), sink::take);
    Ranges ranges = new Ranges(query, pool, joiner, sink, deadline);
    commands.stream(command(pool, left, right), deadline, new DeltaReader(ranges))
        .orFail("compare the metadata of " + query.snapshot().label());
    joiner.finish();
  }

  private static Command command(ThinPoolDevice pool, long left, long right) {
    return Command.of(
        List.of(
            "thin_delta",
            "--metadata-snap",
            "--verbose",
            "--thin1",
            Long.toString(left),
            "--thin2",
            Long.toString(right),
            "/dev/block/" + pool.metadata()));
  }

  private static long id(SnapshotRecord snapshot, Map<String, Long> ids) {
    Long id = ids.get(snapshot.objectName());
    if (id == null) {
      throw Failure.notFound(snapshot.label() + " has just been removed");
    }
    return id;
  }

  /** Picks the ranges that were asked for. */
  private final class Ranges implements DeltaReader.Handler {
    private final Query query;
    private final ThinPoolDevice pool;
    private final ExtentJoiner joiner;
    private final Sink sink;
    private final Deadline deadline;

    Ranges(Query query, ThinPoolDevice pool, ExtentJoiner joiner, Sink sink, Deadline deadline) {
      this.query = query;
      this.pool = pool;
      this.joiner = joiner;
      this.sink = sink;
      this.deadline = deadline;
    }

    @Override
    public void take(DeltaReader.Range range) {
      FailPoints.pass("agent.blocks.while-reading");
      if (range.begin() == 0) {
        requirePlain(range);
      }
      boolean same = range.kind() == DeltaReader.Kind.SAME;
      if (same == query.base().isEmpty()) {
        joiner.add(
            Math.multiplyExact(range.begin(), range.blockBytes()),
            Math.multiplyExact(range.length(), range.blockBytes()));
      }
    }

    private void requirePlain(DeltaReader.Range range) {
      for (long block : range.data()) {
        if (header.isIn(pool, block, range.blockBytes(), deadline)) {
          throw Failure.failedPrecondition(
              "%s is encrypted, and its bytes are elsewhere for whoever has the key; back it up as a whole"
                  .formatted(query.snapshot().label()));
        }
      }
    }

    @Override
    public void requireWanted() {
      sink.requireWanted();
    }
  }

  /** What fails here is tried again by the reconciler, and before the next call. */
  private void release() {
    try {
      if (metadata.isHeld()) {
        releaseNow();
      }
    } catch (Failure e) {
      LOG.error("pool {} keeps its metadata snapshot for now: {}", name, e.sentence());
    }
  }

  private void releaseNow() {
    Deadline deadline = Deadline.after(RELEASE);
    lvm.exclusively("release the metadata of " + name, deadline, () -> metadata.release(deadline));
  }

  /**
   * Releases what was left behind when an agent died.
   *
   * @return one sentence when that cannot be done
   */
  List<String> releaseLeft() {
    if (!metadata.isHeld() || !reader.tryLock()) {
      return List.of();
    }
    try {
      releaseNow();
      LOG.warn("pool {} had a metadata snapshot of an agent that died", name);
      return List.of();
    } catch (Failure e) {
      return List.of("pool %s keeps a metadata snapshot: %s".formatted(name, e.sentence()));
    } finally {
      reader.unlock();
    }
  }
}
