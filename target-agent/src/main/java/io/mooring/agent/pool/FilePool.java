package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.block.BlockDevice;
import io.mooring.agent.block.BlockDevices;
import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.agent.identity.Source;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.store.Documents;
import io.mooring.runtime.store.DurableFile;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A directory with one sparse file per volume, which needs no spare disk. Between file and target
 * stands a loop device, because the target's own file backend cannot grow a regular file.
 */
public final class FilePool implements Pool {
  private static final long UNIT = 4L << 20;
  private static final String MARK = ".mooring-pool";

  private final String name;
  private final Path directory;
  private final PoolLimits limits;
  private final CommandRunner commands;
  private final ImageFiles images;
  private final Loops loops;
  private final BlockDevices devices;
  private final Promises promises = new Promises();
  private @Nullable Documents<FileVolume> documents;
  private @Nullable FileSnapshots snapshots;

  public FilePool(
      String name,
      Path directory,
      PoolLimits limits,
      CommandRunner commands,
      Loops loops,
      BlockDevices devices) {
    this.name = requireNonNull(name, "name is null");
    this.directory = requireNonNull(directory, "directory is null").toAbsolutePath().normalize();
    this.limits = requireNonNull(limits, "limits is null");
    this.commands = requireNonNull(commands, "commands is null");
    this.devices = requireNonNull(devices, "devices is null");
    images = new ImageFiles(this.directory, commands);
    this.loops = requireNonNull(loops, "loops is null");
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Backend backend() {
    return Backend.FILE;
  }

  /**
   * A mark in the directory, made at first use. Where the file system of the pool is not mounted
   * the directory below has no mark, or another one, and nothing is served from it or put into it.
   */
  @Override
  public synchronized String identity(Deadline deadline) {
    Path mark = directory.resolve(MARK);
    if (!Files.isDirectory(directory)) {
      throw Failure.unavailable(
          "the directory %s of pool %s does not exist; make it, or mount its file system"
              .formatted(directory, name));
    }
    try {
      if (!Files.exists(mark)) {
        DurableFile.write(mark, (UUID.randomUUID() + "\n").getBytes(StandardCharsets.US_ASCII));
      }
      return Files.readString(mark).strip();
    } catch (IOException e) {
      throw Failure.internal("could not read " + mark + ": " + e, e);
    }
  }

  /** Opened late: the directory may be a mount point that is not mounted yet. */
  private synchronized Documents<FileVolume> documents() {
    if (documents == null) {
      documents = new Documents<>(directory, FileVolume.class);
    }
    return documents;
  }

  private synchronized FileSnapshots snapshots() {
    if (snapshots == null) {
      snapshots = new FileSnapshots(name, directory.resolve("snapshots"), commands);
    }
    return snapshots;
  }

  @Override
  public synchronized PoolScan scan(Deadline deadline) {
    List<VolumeRecord> volumes = new ArrayList<>();
    List<String> troubles = new ArrayList<>();
    Map<String, Long> sizes = new HashMap<>();
    documents()
        .all()
        .forEach((id, document) -> {
          if (Serial.isSerial(id)) {
            volumes.add(document.record(new Serial(id), name));
            sizes.put(id, document.sizeBytes());
          }
        });
    for (String id : documents().damaged()) {
      troubles.add(
          "the record %s/%s.json cannot be read; restore it from a backup, or move it and its image away"
              .formatted(directory, id));
    }
    images.deleteHalves();
    List<SnapshotRecord> found = snapshots().scan(troubles);
    found.forEach(snapshot -> sizes.put(snapshot.objectName(), snapshot.sizeBytes()));
    promises.found(sizes);
    return new PoolScan(volumes, found, troubles);
  }

  @Override
  public PoolStatus status(Deadline deadline) {
    ImageFiles.Space space = images.space(deadline);
    String refusal = refusal(space);
    long capacity = capacity(space);
    long available = refusal.isEmpty() ? Math.max(0, (capacity - promises.sum()) / UNIT * UNIT) : 0;
    return new PoolStatus(capacity, available, available, refusal);
  }

  /**
   * What other files have taken is not the pool's to promise. Blocks that images share are counted
   * with each, so the sum may be more than there is.
   */
  @Override
  public Optional<String> overflow(Deadline deadline) {
    return images.space(deadline).usableBytes() > 0
        ? Optional.empty()
        : Optional.of(
            "the file system of %s is full, so that writers wait; make room or extend it"
                .formatted(directory));
  }

  private long capacity(ImageFiles.Space space) {
    long ours = Math.min(space.totalBytes(), space.usableBytes() + space.allocatedBytes());
    return (long) (ours * limits.overCommit()) / UNIT * UNIT;
  }

  private String refusal(ImageFiles.Space space) {
    double used =
        100.0 * (space.totalBytes() - space.usableBytes()) / Math.max(1, space.totalBytes());
    return used < limits.fullPercent()
        ? ""
        : "the file system of %s is %.1f %% full; extend it, or remove what is not needed"
            .formatted(directory, used);
  }

  @Override
  public long roundUp(long bytes, Deadline deadline) {
    long wanted = Math.max(bytes, UNIT);
    return wanted > Long.MAX_VALUE - UNIT ? wanted : (wanted + UNIT - 1) / UNIT * UNIT;
  }

  @Override
  public synchronized void create(VolumeRecord volume, Deadline deadline) {
    String id = volume.serial().digits();
    if (documents().get(id).isEmpty()) {
      requireRoom(id, volume.sizeBytes(), deadline);
      documents().put(id, FileVolume.of(volume));
    }
    promises.made(id, volume.sizeBytes());
    FailPoints.pass("agent.create.after-record");
    volume.source().ifPresent(source -> images.copy(imageOf(source), volume.serial(), deadline));
    images.make(volume.serial(), volume.sizeBytes());
    FailPoints.pass("agent.create.after-image");
    documents().put(id, FileVolume.of(volume.in(VolumeRecord.State.READY)));
    FailPoints.pass("agent.create.after-ready");
  }

  private void requireRoom(String id, long sizeBytes, Deadline deadline) {
    ImageFiles.Space space = images.space(deadline);
    String refusal = refusal(space);
    if (!refusal.isEmpty()) {
      throw Failure.resourceExhausted(refusal);
    }
    Room.require(
        name,
        sizeBytes,
        capacity(space),
        promises.sumWithout(id),
        "extend the file system of " + directory);
  }

  private Path imageOf(Source source) {
    return switch (source.kind()) {
      case VOLUME -> images.path(source.serial());
      case SNAPSHOT -> snapshots().image(source.serial());
    };
  }

  @Override
  public synchronized void snapshot(SnapshotRecord snapshot, Deadline deadline) {
    requireRoom(snapshot.objectName(), snapshot.sizeBytes(), deadline);
    promises.made(snapshot.objectName(), snapshot.sizeBytes());
    snapshots().make(snapshot, images.path(snapshot.volume()), deadline);
  }

  /**
   * The kernel holds writers off one file while it is copied, and has nothing that holds off those
   * of several.
   */
  @Override
  public GroupPool groups() {
    throw Failure.failedPrecondition(
        "pool %s is a directory of files, and only volumes of a thin pool can be snapshotted together; copy them into one, or take a snapshot of each"
            .formatted(name));
  }

  @Override
  public BlockMap blocks() {
    throw Failure.failedPrecondition(
        "pool %s is a directory of files, and only a thin pool knows which blocks its snapshots hold; back them up as a whole"
            .formatted(name));
  }

  @Override
  public List<String> resumeLeft() {
    return List.of();
  }

  @Override
  public synchronized void removeSnapshot(SnapshotRecord snapshot, Deadline deadline) {
    snapshots().remove(snapshot);
    promises.removed(snapshot.objectName());
  }

  /** The image first: one that is longer than its record is served, a shorter one is not. */
  @Override
  public synchronized long grow(VolumeRecord volume, long sizeBytes, Deadline deadline) {
    String id = volume.serial().digits();
    requireWhole(volume);
    if (images.length(volume.serial()) < sizeBytes) {
      requireRoom(id, sizeBytes, deadline);
      promises.made(id, sizeBytes);
      images.extend(volume.serial(), sizeBytes);
      FailPoints.pass("agent.grow.after-image");
    }
    VolumeRecord grown = volume.withSize(images.length(volume.serial()));
    promises.made(id, grown.sizeBytes());
    loops
        .find(images.path(volume.serial()), deadline)
        .ifPresent(loop -> requireSize(grown, loop, deadline));
    FailPoints.pass("agent.grow.after-loop");
    documents().put(id, FileVolume.of(grown));
    return grown.sizeBytes();
  }

  @Override
  public void save(VolumeRecord before, VolumeRecord after, Deadline deadline) {
    documents().put(after.serial().digits(), FileVolume.of(after));
  }

  @Override
  public synchronized void remove(VolumeRecord volume, Deadline deadline) {
    String id = volume.serial().digits();
    if (documents().get(id).isPresent()) {
      // From here on the image may be gone: after a crash the removal is finished, not undone.
      documents().put(id, FileVolume.of(volume.in(VolumeRecord.State.DELETING)));
    }
    FailPoints.pass("agent.delete.after-mark");
    if (images.exists(volume.serial())) {
      loops.detach(images.path(volume.serial()), deadline);
      images.delete(volume.serial());
    }
    FailPoints.pass("agent.delete.after-image");
    documents().remove(id);
    if (images.exists(volume.serial())) {
      throw Failure.internal(images.path(volume.serial()) + " is still there; try again");
    }
    promises.removed(id);
  }

  @Override
  public BlockDevice device(VolumeRecord volume, Deadline deadline) {
    requireWhole(volume);
    return requireSize(volume, loops.attach(images.path(volume.serial()), deadline), deadline);
  }

  /** The image may be longer than the record says: a growth was interrupted. */
  private void requireWhole(VolumeRecord volume) {
    Path image = images.path(volume.serial());
    if (!images.exists(volume.serial())) {
      throw Failure.failedPrecondition(
          "%s is lost: there is no file %s; restore it from a backup"
              .formatted(volume.label(), image));
    }
    if (images.length(volume.serial()) < volume.sizeBytes()) {
      throw Failure.failedPrecondition(
          "%s has %d bytes where %d are recorded for %s; somebody cut the file"
              .formatted(
                  image, images.length(volume.serial()), volume.sizeBytes(), volume.label()));
    }
  }

  /** A loop device keeps the size that its file had until it is told to look again. */
  private BlockDevice requireSize(VolumeRecord volume, Path loop, Deadline deadline) {
    Optional<BlockDevice> device = devices.find(loop);
    if (device.isPresent() && device.get().sizeBytes() < volume.sizeBytes()) {
      loops.takeOverSize(loop, deadline);
      device = devices.find(loop);
    }
    if (device.isEmpty() || device.get().sizeBytes() < volume.sizeBytes()) {
      throw Failure.internal(
          "%s over %s is not a device of %d bytes; detach it (losetup --detach) and try again"
              .formatted(loop, images.path(volume.serial()), volume.sizeBytes()));
    }
    return device.get();
  }

  @Override
  public void release(VolumeRecord volume, Deadline deadline) {
    if (images.exists(volume.serial())) {
      loops.detach(images.path(volume.serial()), deadline);
    }
  }
}
