package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.fs.Content;
import io.mooring.node.fs.FsType;
import io.mooring.node.linux.Holder;
import io.mooring.node.linux.Mount;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steps A15 and A16: what is on the map, a file system only where there was proof of nothing, and
 * the mount, proven by mountinfo.
 */
final class FileSystemStage {
  private static final Logger LOG = LoggerFactory.getLogger(FileSystemStage.class);
  private static final Duration PROBING = Duration.ofSeconds(30);
  private static final Duration MOUNTING = Duration.ofSeconds(60);

  /** mkfs and fsck at the same time; each may read and write a lot. */
  private static final int HEAVY = 2;

  private final Devices devices;
  private final Tracking tracking;
  private final MapReady mapReady;
  private final FileSystemGrowth growth;
  private final Layers layers;
  private final PhaseTimes times;
  private final Executor threads;
  private final Semaphore heavy = new Semaphore(HEAVY, true);

  FileSystemStage(
      Devices devices,
      Tracking tracking,
      MapReady mapReady,
      FileSystemGrowth growth,
      Layers layers,
      PhaseTimes times,
      Executor threads) {
    this.devices = requireNonNull(devices, "devices is null");
    this.tracking = requireNonNull(tracking, "tracking is null");
    this.mapReady = requireNonNull(mapReady, "mapReady is null");
    this.growth = requireNonNull(growth, "growth is null");
    this.layers = requireNonNull(layers, "layers is null");
    this.times = requireNonNull(times, "times is null");
    this.threads = requireNonNull(threads, "threads is null");
  }

  /** Mounts the map's file system at the staging path, after making one where that is right. */
  void mount(MultipathMap map, StageRequest request, Access.FileSystem access, Deadline deadline) {
    boolean filled = prepare(map, request, access.type(), deadline);
    mountAndProve(map, request, access, deadline);
    // It came from a smaller volume, or the volume grew while it was nowhere staged.
    if (!filled && !request.context().readOnly()) {
      growth.fill(map, access.type(), request.staging(), deadline);
    }
  }

  /** Makes or checks the file system; says whether it is known to fill the map. */
  private boolean prepare(MultipathMap map, StageRequest request, FsType type, Deadline deadline) {
    return switch (content(map, deadline)) {
      case Content.Blank _ -> {
        format(map, request, type, deadline);
        yield true;
      }
      case Content.Formatted formatted -> {
        check(map, request, type, formatted, deadline);
        OptionalLong size = formatted.sizeBytes();
        yield size.isPresent() && FileSystemGrowth.fills(map, size.getAsLong());
      }
      case Content.Unknown unknown ->
          throw Failure.failedPrecondition(
              "%s holds %s and no %s file system; nothing is formatted over it, so use the volume as"
                      .formatted(request.volume(), unknown.found(), type)
                  + " it was used before");
    };
  }

  /** What is on the map; both ends of it are proven readable at the same time. */
  private Content content(MultipathMap map, Deadline deadline) {
    CompletableFuture<Void> readable =
        CompletableFuture.runAsync(() -> mapReady.requireReadable(map, deadline), threads);
    Content content =
        devices.fileSystems().probe(map.device(), map.sizeBytes(), deadline.atMost(PROBING));
    Parallel.await(readable);
    return content;
  }

  private void format(MultipathMap map, StageRequest request, FsType type, Deadline deadline) {
    TrackedVolume tracked = tracking.get(request.volume()).orElseThrow();
    if (tracked.formatted()) {
      throw Failure.failedPrecondition(
          request.volume()
              + " held a file system and reads blank now; look at the storage host, nothing is"
              + " formatted");
    }
    if (request.context().readOnly()) {
      throw Failure.failedPrecondition(
          request.volume() + " is blank and published read-only; stage it writable once");
    }
    requireNobody(map, request.volume());
    LOG.info("{}: blank; making {} on {}", request.volume(), type, map);
    heavily(
        "mkfs",
        deadline,
        () ->
            devices
                .fileSystems()
                .format(type, map.device(), map.sizeBytes(), request.mkfsOptions(), deadline));
    tracking.put(tracked.withFileSystem());
    FailPoints.pass("node.stage.after-format");
  }

  /** A mkfs of ours that outlived this process would still be at it. */
  private void requireNobody(MultipathMap map, VolumeId volume) {
    List<Holder> users = devices.holders().of(map.number());
    if (!users.isEmpty()) {
      throw Failure.unavailable(
          "%s is to be formatted and is in use: %s; it is tried again"
              .formatted(
                  volume, users.stream().map(Holder::toString).collect(Collectors.joining("; "))));
    }
  }

  private void check(
      MultipathMap map,
      StageRequest request,
      FsType type,
      Content.Formatted content,
      Deadline deadline) {
    if (!content.type().equals(type.toString())) {
      throw Failure.failedPrecondition(
          "%s holds a %s file system and %s was asked for; ask for %s or use another volume"
              .formatted(request.volume(), content.type(), type, content.type()));
    }
    if (!request.context().readOnly()) {
      heavily("fsck", deadline, () -> devices.fileSystems().check(type, map.device(), deadline));
    }
  }

  private void mountAndProve(
      MultipathMap map, StageRequest request, Access.FileSystem access, Deadline deadline) {
    Path staging = request.staging();
    MountPoints.makeDirectory(staging);
    FailPoints.pass("node.stage.before-mount");
    times.timed(
        "mount",
        () ->
            devices
                .mounts()
                .mount(
                    map.device(),
                    staging,
                    access.type(),
                    options(request, access),
                    deadline.atMost(MOUNTING)));
    FailPoints.pass("node.stage.after-mount");
    Optional<Mount> mounted = layers.onlyOne(staging, map);
    if (mounted.isEmpty() || devices.fileSystems().superblockGone(access.type(), map.dmName())) {
      throw Failure.internal(
          "%s was mounted at %s and is not what is there: %s; unstage the volume"
              .formatted(map, staging, layers.at(staging)));
    }
  }

  /**
   * A write-protected LUN cannot replay a journal, so the journal has to be left alone. A copy has
   * the uuid of what it is a copy of, and xfs mounts one of them only unless it is told not to
   * mind; the map's WWID tells them apart.
   */
  private static List<String> options(StageRequest request, Access.FileSystem access) {
    List<String> options = new ArrayList<>(access.options());
    if (access.type() == FsType.XFS) {
      options.add("nouuid");
    }
    if (request.context().readOnly()) {
      options.add("ro");
      options.add(
          switch (access.type()) {
            case EXT4 -> "noload";
            case XFS -> "norecovery";
          });
    }
    return options;
  }

  private void heavily(String phase, Deadline deadline, Runnable work) {
    acquire(deadline);
    try {
      times.timed(phase, work);
    } finally {
      heavy.release();
    }
  }

  private void acquire(Deadline deadline) {
    try {
      if (!heavy.tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
        throw Failure.deadlineExceeded("other file systems are being made or checked; try again");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.unavailable("the process is stopping; try again when it is back");
    }
  }
}
