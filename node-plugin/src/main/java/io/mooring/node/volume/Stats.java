package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.fs.Usage;
import io.mooring.node.linux.Mount;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.scsi.DiskState;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * NodeGetVolumeStats. A file system that does not answer costs one child process, however often it
 * is asked for: later questions join the one under way.
 */
public final class Stats {
  private static final Duration LIMIT = Duration.ofSeconds(2);

  /** A child stuck in the kernel ends when the kernel lets go of it. */
  private static final Duration CHILD_LIMIT = Duration.ofSeconds(30);

  private final Devices devices;
  private final Layers layers;
  private final CryptLayer crypt;
  private final Executor threads;
  private final ConcurrentHashMap<VolumeId, CompletableFuture<Usage>> underWay =
      new ConcurrentHashMap<>();

  Stats(Devices devices, Layers layers, CryptLayer crypt, Executor threads) {
    this.devices = requireNonNull(devices, "devices is null");
    this.layers = requireNonNull(layers, "layers is null");
    this.crypt = requireNonNull(crypt, "crypt is null");
    this.threads = requireNonNull(threads, "threads is null");
  }

  /** What is known of a volume at a path. */
  public sealed interface Reading {
    /** A mounted file system. */
    record FileSystem(Usage usage) implements Reading {}

    /** A raw device, of which only the size is known. */
    record Device(long sizeBytes) implements Reading {}
  }

  /**
   * How full the volume is.
   *
   * @throws Failure NOT_FOUND when the volume is not at that path; UNAVAILABLE when its file system
   *     does not answer
   */
  public Reading of(VolumeId volume, Path path, Deadline deadline) {
    MultipathMap map = devices.maps().find(volume.wwid()).orElseThrow(() -> notThere(volume, path));
    VolumeDevice device = crypt.on(map);
    List<Mount> there = layers.at(path);
    Optional<Mount> top = there.isEmpty() ? Optional.empty() : Optional.of(there.getLast());
    if (top.filter(mount -> Layers.isNodeOf(mount, device)).isPresent()) {
      return new Reading.Device(device.sizeBytes());
    }
    if (top.filter(mount -> Layers.isFileSystemOf(mount, device)).isPresent()) {
      requireLivePath(volume, map);
      return new Reading.FileSystem(usage(volume, path, deadline.atMost(LIMIT)));
    }
    throw notThere(volume, path);
  }

  /** Looked up in sysfs: where no path runs, a child could only hang. */
  private void requireLivePath(VolumeId volume, MultipathMap map) {
    boolean live =
        map.slaves().stream()
            .flatMap(slave -> devices.disks().at(slave).stream())
            .anyMatch(disk -> disk.state() == DiskState.RUNNING);
    if (!live) {
      throw Failure.unavailable(volume + ": none of its paths is up; check the path networks");
    }
  }

  private static Failure notThere(VolumeId volume, Path path) {
    return Failure.notFound(volume + " is not at " + path + " on this node");
  }

  private Usage usage(VolumeId volume, Path path, Deadline deadline) {
    CompletableFuture<Usage> mine = new CompletableFuture<>();
    CompletableFuture<Usage> reading = underWay.putIfAbsent(volume, mine);
    if (reading == null) {
      reading = mine;
      threads.execute(() -> read(volume, path, mine));
    }
    try {
      return reading.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw Failure.unavailable(
          volume + ": its file system does not answer; see the state of its paths");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.unavailable("the process is stopping; try again when it is back");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Failure failure
          ? failure
          : Failure.internal(volume + ": its usage could not be read; see the log", e);
    }
  }

  private void read(VolumeId volume, Path path, CompletableFuture<Usage> result) {
    try {
      Usage usage = devices.fileSystems().usage(path, Deadline.after(CHILD_LIMIT));
      underWay.remove(volume, result);
      result.complete(usage);
    } catch (RuntimeException | Error e) {
      underWay.remove(volume, result);
      result.completeExceptionally(e);
    }
  }
}
