package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.block.BlockDevice;
import io.mooring.agent.identity.Membership;
import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.agent.identity.Source;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.agent.lio.FakeKernel;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;

/** A pool whose disk is a map; it outlives the agent that uses it. */
public final class FakePool implements Pool {
  private static final long UNIT = 4 << 20;

  private final Set<Serial> written = new HashSet<>();
  private final String name;
  private final long capacity;
  private final FakeKernel kernel;
  private final Runnable beforeEachChange;
  private final Map<Serial, VolumeRecord> disk = new TreeMap<>();
  private final Map<Serial, SnapshotRecord> snapshots = new TreeMap<>();
  private final Set<Serial> lost = new HashSet<>();
  private final FakeGroups together;
  private boolean groups = true;
  private Optional<List<Extent>> blocks = Optional.empty();
  private Optional<Failure> snapshotFails = Optional.empty();
  private Optional<FakeCopying> copying = Optional.empty();
  private String identity;
  private boolean full;
  private Optional<Failure> absent = Optional.empty();
  private Optional<Failure> createFails = Optional.empty();
  private Optional<Failure> saveFails = Optional.empty();
  private boolean savedAllTheSame;

  /**
   * An empty pool.
   *
   * @param beforeEachChange may throw, as if the process died there
   */
  public FakePool(String name, long capacity, FakeKernel kernel, Runnable beforeEachChange) {
    this.name = name;
    this.capacity = capacity;
    this.kernel = kernel;
    this.beforeEachChange = beforeEachChange;
    identity = "identity of " + name;
    together = new FakeGroups(this, beforeEachChange);
  }

  public FakePool(String name, long capacity, FakeKernel kernel) {
    this(name, capacity, kernel, () -> {});
  }

  /** What is on the disk. */
  public Map<Serial, VolumeRecord> disk() {
    return new TreeMap<>(disk);
  }

  /** The snapshots on the disk, by serial. */
  public List<SnapshotRecord> snapshots() {
    return List.copyOf(snapshots.values());
  }

  public void put(SnapshotRecord snapshot) {
    snapshots.put(snapshot.serial(), snapshot);
  }

  public void put(VolumeRecord volume) {
    disk.put(volume.serial(), volume);
  }

  /** The next snapshot is made and fails all the same, and so does the next removal of one. */
  public void snapshotFailsAndStays(Failure failure) {
    snapshotFails = Optional.of(failure);
  }

  /** From now on it copies byte by byte, each copy in so many pieces. */
  public FakeCopying copiesInPieces(int pieces) {
    FakeCopying made = new FakeCopying(this, pieces, beforeEachChange);
    copying = Optional.of(made);
    return made;
  }

  @Override
  public Optional<Copying> copying() {
    return copying.map(present -> present);
  }

  private void requireStill(Serial volume) {
    if (!requireNonNull(disk.get(volume)).publications().isEmpty()) {
      throw Failure.failedPrecondition("it is published; unpublish it first");
    }
  }

  public void lose(Serial serial) {
    lost.add(serial);
  }

  /** No new block can be written. */
  public void isFull(boolean now) {
    full = now;
  }

  public void isAbsent(Failure failure) {
    absent = Optional.of(failure);
  }

  public void isBack() {
    absent = Optional.empty();
  }

  public void isAnother() {
    identity = "identity of another";
  }

  public void createFails(Failure failure) {
    createFails = Optional.of(failure);
  }

  /**
   * The next change of a record fails.
   *
   * @param madeAllTheSame whether it is on the disk nevertheless
   */
  public void saveFails(Failure failure, boolean madeAllTheSame) {
    saveFails = Optional.of(failure);
    savedAllTheSame = madeAllTheSame;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Backend backend() {
    return Backend.THIN;
  }

  void requirePresent() {
    if (absent.isPresent()) {
      throw absent.get();
    }
  }

  @Override
  public String identity(Deadline deadline) {
    requirePresent();
    return identity;
  }

  @Override
  public PoolScan scan(Deadline deadline) {
    requirePresent();
    return new PoolScan(
        disk.values().stream().filter(volume -> !lost.contains(volume.serial())).toList(),
        List.copyOf(snapshots.values()),
        List.of());
  }

  @Override
  public PoolStatus status(Deadline deadline) {
    requirePresent();
    long free = capacity - disk.values().stream().mapToLong(VolumeRecord::sizeBytes).sum();
    return new PoolStatus(
        capacity,
        free,
        free,
        "",
        Optional.of(new PoolUse(capacity, capacity - free, 0, OptionalDouble.empty())));
  }

  @Override
  public Optional<String> overflow(Deadline deadline) {
    requirePresent();
    return full ? Optional.of("pool " + name + " is full") : Optional.empty();
  }

  @Override
  public long roundUp(long bytes, Deadline deadline) {
    return (Math.max(1, bytes) + UNIT - 1) / UNIT * UNIT;
  }

  @Override
  public VolumeRecord create(VolumeRecord volume, Deadline deadline) {
    requirePresent();
    if (!disk.containsKey(volume.serial())) {
      Room.require(name, volume.sizeBytes(), capacity, capacity, promised(), "extend it");
      requireSource(volume);
      beforeEachChange.run();
      disk.put(volume.serial(), volume);
    }
    if (createFails.isPresent()) {
      Failure failure = createFails.get();
      createFails = Optional.empty();
      throw failure;
    }
    boolean slow = copying.isPresent() && volume.source().isPresent();
    if (slow) {
      volume
          .source()
          .filter(source -> source.kind() == Source.Kind.VOLUME)
          .ifPresent(source -> requireStill(source.serial()));
    }
    VolumeRecord made = volume.in(slow ? VolumeRecord.State.COPYING : VolumeRecord.State.READY);
    beforeEachChange.run();
    disk.put(volume.serial(), made);
    beforeEachChange.run();
    return made;
  }

  private long promised() {
    return disk.values().stream().mapToLong(VolumeRecord::sizeBytes).sum()
        + snapshots.values().stream().mapToLong(SnapshotRecord::sizeBytes).sum();
  }

  /** Changes the record of a snapshot that is there. */
  void say(Serial snapshot, Membership membership) {
    requirePresent();
    beforeEachChange.run();
    snapshots.computeIfPresent(snapshot, (_, present) -> present.in(membership));
  }

  @Override
  public SnapshotRecord snapshot(SnapshotRecord snapshot, Deadline deadline) {
    requirePresent();
    if (!disk.containsKey(snapshot.volume())) {
      throw Failure.internal("there is nothing to copy");
    }
    Room.require(name, snapshot.sizeBytes(), capacity, capacity, promised(), "extend it");
    SnapshotRecord made = snapshot;
    if (copying.isEmpty() && snapshot.group().isEmpty()) {
      beforeEachChange.run();
      snapshots.put(snapshot.serial(), snapshot.in(SnapshotRecord.State.CREATING));
    }
    if (copying.isPresent() && snapshot.group().isEmpty()) {
      requireStill(snapshot.volume());
      made = snapshot.in(SnapshotRecord.State.COPYING);
    }
    beforeEachChange.run();
    snapshots.put(snapshot.serial(), made);
    beforeEachChange.run();
    if (snapshotFails.isPresent()) {
      throw snapshotFails.get();
    }
    return made;
  }

  /** What it does with groups, and how that is to fail. */
  public FakeGroups together() {
    return together;
  }

  /** It holds no volumes still any more. */
  public void makesNoGroups() {
    groups = false;
  }

  @Override
  public GroupPool groups() {
    if (!groups) {
      throw Failure.failedPrecondition("pool " + name + " cannot hold volumes still; take another");
    }
    return together;
  }

  /** What every snapshot holds, and differs by from every other one. */
  public void blocksAre(List<Extent> extents) {
    blocks = Optional.of(List.copyOf(extents));
  }

  @Override
  public BlockMap blocks() {
    List<Extent> extents =
        blocks.orElseThrow(
            () -> Failure.failedPrecondition("pool " + name + " knows no blocks; take another"));
    return (query, sink, deadline) ->
        extents.stream().filter(extent -> extent.end() > query.from()).forEach(sink::take);
  }

  @Override
  public List<String> resumeLeft() {
    together.resume();
    return List.of();
  }

  @Override
  public void removeSnapshot(SnapshotRecord snapshot, Deadline deadline) {
    requirePresent();
    if (snapshotFails.isPresent()) {
      snapshotFails = Optional.empty();
      throw Failure.unavailable("lvremove was ended");
    }
    beforeEachChange.run();
    snapshots.remove(snapshot.serial());
    beforeEachChange.run();
  }

  private void requireSource(VolumeRecord volume) {
    boolean there =
        volume
            .source()
            .map(source ->
                source.kind() == Source.Kind.VOLUME
                    ? disk.containsKey(source.serial())
                    : snapshots.containsKey(source.serial()))
            .orElse(true);
    if (!there) {
      throw Failure.internal("there is nothing to copy");
    }
  }

  @Override
  public long grow(VolumeRecord volume, long sizeBytes, Deadline deadline) {
    requirePresent();
    VolumeRecord present = requireNonNull(disk.get(volume.serial()));
    if (present.sizeBytes() < sizeBytes) {
      Room.require(
          name, sizeBytes, capacity, capacity, promised() - volume.sizeBytes(), "extend it");
      beforeEachChange.run();
      disk.put(volume.serial(), volume.withSize(sizeBytes));
      beforeEachChange.run();
    }
    return Math.max(present.sizeBytes(), sizeBytes);
  }

  @Override
  public void save(VolumeRecord before, VolumeRecord after, Deadline deadline) {
    requirePresent();
    beforeEachChange.run();
    if (saveFails.isPresent()) {
      Failure failure = saveFails.get();
      saveFails = Optional.empty();
      if (savedAllTheSame) {
        disk.put(after.serial(), after);
      }
      throw failure;
    }
    disk.put(after.serial(), after);
    beforeEachChange.run();
  }

  @Override
  public void remove(VolumeRecord volume, Deadline deadline) {
    requirePresent();
    beforeEachChange.run();
    disk.remove(volume.serial());
    beforeEachChange.run();
  }

  @Override
  public BlockDevice device(VolumeRecord volume, Deadline deadline) {
    if (!disk.containsKey(volume.serial()) || lost.contains(volume.serial())) {
      throw Failure.failedPrecondition(volume.label() + " is lost");
    }
    Path path = Path.of("/dev/fake/" + volume.serial());
    String number = "253:" + (Math.floorMod(volume.serial().hashCode(), 100_000) + 1);
    kernel.device(path, number);
    return new BlockDevice(path, number, volume.sizeBytes());
  }

  /** A node writes to it. */
  public void write(Serial serial) {
    written.add(serial);
  }

  /** What was written is gone. */
  public void forgetContent(Serial serial) {
    written.remove(serial);
  }

  @Override
  public boolean holdsData(VolumeRecord volume, Deadline deadline) {
    return written.contains(volume.serial());
  }

  @Override
  public void release(VolumeRecord volume, Deadline deadline) {
    beforeEachChange.run();
  }
}
