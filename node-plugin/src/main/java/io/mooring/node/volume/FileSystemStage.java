package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.fs.Content;
import io.mooring.node.fs.FsType;
import io.mooring.node.fs.MountOptions;
import io.mooring.node.fs.SeLinuxContext;
import io.mooring.node.linux.Mount;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steps A15 and A16: what is on the device, a file system only where there was proof of nothing,
 * and the mount, proven by mountinfo.
 */
final class FileSystemStage {
  private static final Logger LOG = LoggerFactory.getLogger(FileSystemStage.class);
  private static final Duration PROBING = Duration.ofSeconds(30);
  private static final Duration MOUNTING = Duration.ofSeconds(60);

  private final Devices devices;
  private final Tracking tracking;
  private final MapReady mapReady;
  private final OwnFsid fsid;
  private final FileSystemGrowth growth;
  private final Layers layers;
  private final HeavyWork heavy;
  private final Timings timings;
  private final PhaseTimes times;
  private final Executor threads;

  FileSystemStage(
      Devices devices,
      Tracking tracking,
      MapReady mapReady,
      OwnFsid fsid,
      FileSystemGrowth growth,
      Layers layers,
      HeavyWork heavy,
      Timings timings,
      PhaseTimes times,
      Executor threads) {
    this.devices = requireNonNull(devices, "devices is null");
    this.tracking = requireNonNull(tracking, "tracking is null");
    this.mapReady = requireNonNull(mapReady, "mapReady is null");
    this.fsid = requireNonNull(fsid, "fsid is null");
    this.growth = requireNonNull(growth, "growth is null");
    this.layers = requireNonNull(layers, "layers is null");
    this.heavy = requireNonNull(heavy, "heavy is null");
    this.timings = requireNonNull(timings, "timings is null");
    this.times = requireNonNull(times, "times is null");
    this.threads = requireNonNull(threads, "threads is null");
  }

  /** Mounts the device's file system at the staging path, after making one where that is right. */
  void mount(
      VolumeDevice device, StageRequest request, Access.FileSystem access, Deadline deadline) {
    boolean filled = prepare(device, request, access.type(), deadline);
    if (access.type() == FsType.BTRFS) {
      fsid.ensure(device, request, deadline);
    }
    mountAndProve(device, request, access, deadline);
    // It came from a smaller volume, or the volume grew while it was nowhere staged.
    if (!filled && !request.context().readOnly() && !MountOptions.readOnly(access.options())) {
      growth.fill(device, access.type(), request.staging(), deadline);
    }
  }

  /** Makes or checks the file system; says whether it is known to fill the device. */
  private boolean prepare(
      VolumeDevice device, StageRequest request, FsType type, Deadline deadline) {
    return switch (content(device, deadline)) {
      case Content.Blank _ -> {
        format(device, request, type, deadline);
        yield true;
      }
      case Content.Formatted formatted -> {
        check(device, request, type, formatted, deadline);
        OptionalLong size = formatted.sizeBytes();
        yield size.isPresent() && FileSystemGrowth.fills(device, size.getAsLong());
      }
      case Content.Encrypted _ ->
          throw Failure.failedPrecondition(
              "%s holds an encrypted volume; use it by a StorageClass with the parameter encryption"
                  .formatted(request.volume()));
      case Content.Unknown unknown ->
          throw Failure.failedPrecondition(
              "%s holds %s and no %s file system; nothing is formatted over it, so use the volume as"
                      .formatted(request.volume(), unknown.found(), type)
                  + " it was used before");
    };
  }

  /** What is on the device; both ends of it are proven readable at the same time. */
  private Content content(VolumeDevice device, Deadline deadline) {
    CompletableFuture<Void> readable =
        CompletableFuture.runAsync(() -> mapReady.requireReadable(device, deadline), threads);
    Content content =
        devices.fileSystems().probe(device.node(), device.sizeBytes(), deadline.atMost(PROBING));
    Parallel.await(readable);
    return content;
  }

  private void format(VolumeDevice device, StageRequest request, FsType type, Deadline deadline) {
    TrackedVolume tracked = tracking.get(request.volume()).orElseThrow();
    if (tracked.formatted()) {
      throw Failure.failedPrecondition(
          request.volume()
              + " held a file system and reads blank now; look at the storage host, nothing is"
              + " formatted");
    }
    // Below an encrypted volume's blank content lies its header, which was written.
    if (!request.encrypted()) {
      requireNew(request);
    }
    if (request.context().readOnly()) {
      throw Failure.failedPrecondition(
          request.volume() + " is blank and published read-only; stage it writable once");
    }
    // A mkfs of ours that outlived its process would still be at it.
    device.awaitUnused(devices.holders(), request.volume(), deadline.atMost(timings.busy()));
    LOG.info("{}: blank; making {} on {}", request.volume(), type, device);
    heavy.runToItsEnd(
        "mkfs",
        deadline,
        itsOwn ->
            devices
                .fileSystems()
                .format(type, device.node(), device.sizeBytes(), request.mkfsOptions(), itsOwn));
    tracking.put(tracked.withFileSystem());
    FailPoints.pass("node.stage.after-format");
  }

  /**
   * A node sees one end and the other of what is there. The storage host knows more.
   *
   * @throws Failure FAILED_PRECONDITION when something was written to the volume before
   */
  static void requireNew(StageRequest request) {
    if (request.context().written()) {
      throw Failure.failedPrecondition(
          request.volume()
              + " was written to before and reads blank now, so nothing is formatted; look for its"
              + " data at the storage host, or use a new volume");
    }
  }

  private void check(
      VolumeDevice device,
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
      heavy.check(deadline, itsOwn -> devices.fileSystems().check(type, device.node(), itsOwn));
    }
  }

  private void mountAndProve(
      VolumeDevice device, StageRequest request, Access.FileSystem access, Deadline deadline) {
    Path staging = request.staging();
    MountPoints.makeDirectory(staging);
    FailPoints.pass("node.stage.before-mount");
    times.timed(
        "mount",
        () ->
            devices
                .mounts()
                .mount(
                    device.node(),
                    staging,
                    access.type(),
                    options(request, access),
                    deadline.atMost(MOUNTING)));
    FailPoints.pass("node.stage.after-mount");
    Optional<Mount> mounted = layers.onlyOne(staging, device);
    if (mounted.isEmpty() || devices.fileSystems().superblockGone(access.type(), device.dmName())) {
      throw Failure.internal(
          "%s was mounted at %s and is not what is there: %s; unstage the volume"
              .formatted(device, staging, layers.at(staging)));
    }
    proveContext(request, access, mounted.get(), deadline);
  }

  /**
   * Where mount(8) finds no SELinux it leaves the context out and says nothing. The kubelet trusts
   * that it is there and relabels no file, so that a pod would be denied its own data.
   */
  private void proveContext(
      StageRequest request, Access.FileSystem access, Mount mounted, Deadline deadline) {
    Optional<SeLinuxContext> asked = SeLinuxContext.in(access.options());
    Optional<SeLinuxContext> given = SeLinuxContext.of(mounted);
    if (asked.isEmpty() || given.equals(asked)) {
      return;
    }
    devices.mounts().unmount(request.staging(), deadline.atMost(MOUNTING));
    throw Failure.failedPrecondition(
        "%s was to be mounted with the SELinux context %s and came up with %s, so it is unmounted"
                .formatted(request.volume(), asked.get(), given.isPresent() ? given.get() : "none")
            + " again; mount on this host must know SELinux (libselinux, /etc/selinux/config), or"
            + " nobody may ask for a context (csiDriver.seLinuxMount, mountOptions)");
  }

  private static List<String> options(StageRequest request, Access.FileSystem access) {
    List<String> options = new ArrayList<>(access.options());
    options.addAll(access.type().mountOptions(request.context().readOnly()));
    return options;
  }
}
