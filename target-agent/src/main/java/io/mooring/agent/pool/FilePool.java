package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.block.BlockDevice;
import io.mooring.agent.block.BlockDevices;
import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.agent.identity.Source;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.CommandRunner;
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

/**
 * A directory with one sparse file per volume, which needs no spare disk. Between file and target
 * stands a loop device, because the target's own file backend cannot grow a regular file.
 */
public final class FilePool implements Pool {
  private static final String MARK = ".mooring-pool";

  private final String name;
  private final Path directory;
  private final FileLayout layout;
  private final ImageFiles images;
  private final Loops loops;
  private final BlockDevices devices;
  private final FileSpace space;
  private final FileCopier copier;
  private final FileCopies copies;

  /**
   * The pool in that directory, which may come later.
   *
   * @param copyBytesPerSecond how fast copies are made, at most, where blocks cannot be shared
   */
  public FilePool(
      String name,
      Path directory,
      PoolLimits limits,
      long copyBytesPerSecond,
      CommandRunner commands,
      Loops loops,
      BlockDevices devices) {
    this.name = requireNonNull(name, "name is null");
    this.directory = requireNonNull(directory, "directory is null").toAbsolutePath().normalize();
    this.devices = requireNonNull(devices, "devices is null");
    layout = new FileLayout(name, this.directory, commands);
    images = layout.images();
    this.loops = requireNonNull(loops, "loops is null");
    space = new FileSpace(name, this.directory, limits, images);
    copier = new FileCopier(space, commands, copyBytesPerSecond);
    copies = new FileCopies(layout, space, copier, this.loops);
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

  @Override
  public synchronized PoolScan scan(Deadline deadline) {
    List<String> troubles = new ArrayList<>();
    Map<String, Long> sizes = new HashMap<>();
    List<VolumeRecord> volumes = layout.volumes();
    volumes.forEach(volume -> sizes.put(volume.serial().digits(), volume.sizeBytes()));
    for (String id : layout.documents().damaged()) {
      troubles.add(
          "the record %s/%s.json cannot be read; restore it from a backup, or move it and its image away"
              .formatted(directory, id));
    }
    images.deleteHalves(copier::isUsing);
    List<SnapshotRecord> found = layout.snapshots().scan(troubles);
    found.forEach(snapshot -> sizes.put(snapshot.objectName(), snapshot.sizeBytes()));
    space.promises().found(sizes);
    return new PoolScan(volumes, found, troubles);
  }

  @Override
  public PoolStatus status(Deadline deadline) {
    return space.status(deadline);
  }

  @Override
  public Optional<String> overflow(Deadline deadline) {
    return space.overflow();
  }

  @Override
  public long roundUp(long bytes, Deadline deadline) {
    long unit = FileSpace.UNIT;
    long wanted = Math.max(bytes, unit);
    return wanted > Long.MAX_VALUE - unit ? wanted : (wanted + unit - 1) / unit * unit;
  }

  @Override
  public synchronized VolumeRecord create(VolumeRecord volume, Deadline deadline) {
    String id = volume.serial().digits();
    if (layout.documents().get(id).isEmpty()) {
      space.requireRoom(id, volume.sizeBytes(), deadline);
      layout.documents().put(id, FileVolume.of(volume));
    }
    space.promises().made(id, volume.sizeBytes());
    FailPoints.pass("agent.create.after-record");
    Optional<Source> source = volume.source();
    if (source.isPresent() && !share(source.get(), volume, deadline)) {
      return copies.begin(volume, source.get(), deadline);
    }
    images.make(volume.serial(), volume.sizeBytes());
    FailPoints.pass("agent.create.after-image");
    VolumeRecord ready = volume.in(VolumeRecord.State.READY);
    layout.documents().put(id, FileVolume.of(ready));
    FailPoints.pass("agent.create.after-ready");
    return ready;
  }

  private boolean share(Source source, VolumeRecord volume, Deadline deadline) {
    return images.share(layout.original(source).image(), volume.serial(), deadline);
  }

  @Override
  public synchronized SnapshotRecord snapshot(SnapshotRecord snapshot, Deadline deadline) {
    space.requireRoom(snapshot.objectName(), snapshot.sizeBytes(), deadline);
    space.promises().made(snapshot.objectName(), snapshot.sizeBytes());
    return layout.snapshots().share(snapshot, images.path(snapshot.volume()), deadline)
        ? snapshot
        : copies.begin(snapshot, deadline);
  }

  @Override
  public Optional<Copying> copying() {
    return Optional.of(copies);
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
    layout.snapshots().remove(snapshot);
    copier.giveUp(layout.snapshots().images().path(snapshot.serial()));
    space.promises().removed(snapshot.objectName());
  }

  /** The image first: one that is longer than its record is served, a shorter one is not. */
  @Override
  public synchronized long grow(VolumeRecord volume, long sizeBytes, Deadline deadline) {
    String id = volume.serial().digits();
    requireWhole(volume);
    if (images.length(volume.serial()) < sizeBytes) {
      space.requireRoom(id, sizeBytes, deadline);
      space.promises().made(id, sizeBytes);
      images.extend(volume.serial(), sizeBytes);
      FailPoints.pass("agent.grow.after-image");
    }
    VolumeRecord grown = volume.withSize(images.length(volume.serial()));
    space.promises().made(id, grown.sizeBytes());
    loops
        .find(images.path(volume.serial()), deadline)
        .ifPresent(loop -> requireSize(grown, loop, deadline));
    FailPoints.pass("agent.grow.after-loop");
    layout.documents().put(id, FileVolume.of(grown));
    return grown.sizeBytes();
  }

  @Override
  public void save(VolumeRecord before, VolumeRecord after, Deadline deadline) {
    layout.documents().put(after.serial().digits(), FileVolume.of(after));
  }

  @Override
  public synchronized void remove(VolumeRecord volume, Deadline deadline) {
    String id = volume.serial().digits();
    if (layout.documents().get(id).isPresent()) {
      // From here on the image may be gone: after a crash the removal is finished, not undone.
      layout.documents().put(id, FileVolume.of(volume.in(VolumeRecord.State.DELETING)));
    }
    FailPoints.pass("agent.delete.after-mark");
    copier.giveUp(images.path(volume.serial()));
    if (images.exists(volume.serial())) {
      loops.detach(images.path(volume.serial()), deadline);
      images.delete(volume.serial());
    }
    FailPoints.pass("agent.delete.after-image");
    layout.documents().remove(id);
    if (images.exists(volume.serial())) {
      throw Failure.internal(images.path(volume.serial()) + " is still there; try again");
    }
    space.promises().removed(id);
  }

  @Override
  public BlockDevice device(VolumeRecord volume, Deadline deadline) {
    requireWhole(volume);
    return requireSize(volume, loops.attach(images.path(volume.serial()), deadline), deadline);
  }

  @Override
  public boolean holdsData(VolumeRecord volume, Deadline deadline) {
    return images.allocatedBytes(List.of(images.path(volume.serial())), deadline) > 0;
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
