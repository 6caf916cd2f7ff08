package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.crypt.Passphrases;
import io.mooring.node.fs.SeLinuxContext;
import io.mooring.node.linux.Mount;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * NodePublishVolume and its reverse: bind mounts of what is staged, and of nothing else. Who is
 * mounted where is read from mountinfo by device number; a path that something is mounted on is
 * never touched.
 */
public final class Publishing {
  private static final Logger LOG = LoggerFactory.getLogger(Publishing.class);
  private static final Duration BINDING = Duration.ofSeconds(20);
  private static final Duration UNMOUNTING = Duration.ofSeconds(60);

  private final Devices devices;
  private final Tracking tracking;
  private final Layers layers;
  private final CryptLayer crypt;
  private final Throttle throttle;
  private final Revival revival;

  Publishing(
      Devices devices,
      Tracking tracking,
      Layers layers,
      CryptLayer crypt,
      Throttle throttle,
      Revival revival) {
    this.devices = requireNonNull(devices, "devices is null");
    this.tracking = requireNonNull(tracking, "tracking is null");
    this.layers = requireNonNull(layers, "layers is null");
    this.crypt = requireNonNull(crypt, "crypt is null");
    this.throttle = requireNonNull(throttle, "throttle is null");
    this.revival = requireNonNull(revival, "revival is null");
  }

  /**
   * What NodePublishVolume asks for.
   *
   * @param exclusive whether one target path at a time is allowed
   * @param passphrases what shall open it from now on, where somebody says so
   * @param pod whose the target path is, where somebody says so
   */
  public record Request(
      VolumeId volume,
      Path staging,
      Path target,
      Access access,
      boolean readOnly,
      boolean exclusive,
      Optional<Passphrases> passphrases,
      Optional<Pod> pod) {
    public Request {
      requireNonNull(volume, "volume is null");
      requireNonNull(staging, "staging is null");
      requireNonNull(target, "target is null");
      requireNonNull(access, "access is null");
      requireNonNull(passphrases, "passphrases is null");
      requireNonNull(pod, "pod is null");
    }
  }

  /** What is staged, by its document, sysfs and nothing else. */
  private record Staged(TrackedVolume volume, MultipathMap map, VolumeDevice device) {}

  /**
   * Whether the file system has to be mounted anew first, for which there is {@link #revive}. Looks
   * only, so it takes no lock.
   *
   * @throws Failure as {@link #publish}; FAILED_PRECONDITION also while other pods have it stopped
   */
  boolean needsRevival(Request request, Deadline deadline) {
    return needsRevival(request, staged(request), deadline);
  }

  private boolean needsRevival(Request request, Staged staged, Deadline deadline) {
    return request.access() instanceof Access.FileSystem access
        && staged.volume().access() instanceof Access.FileSystem own
        && layers.at(request.target()).isEmpty()
        && request.staging().equals(staged.volume().staging())
        && SeLinuxContext.in(access.options()).equals(SeLinuxContext.in(own.options()))
        && revival.isNeeded(staged.volume(), staged.device(), deadline);
  }

  /**
   * Mounts the staged file system anew, unless that is not needed any more.
   *
   * @throws Failure see {@link Revival#run}
   */
  void revive(Request request, Deadline deadline) {
    Staged staged = staged(request);
    if (needsRevival(request, staged, deadline)) {
      revival.run(staged.volume(), staged.map(), staged.device(), deadline);
    }
  }

  /**
   * Makes the staged volume appear at the target path.
   *
   * @throws Failure FAILED_PRECONDITION when it is not staged there, or published elsewhere and
   *     exclusive, or has limits that this node cannot enforce, or none of the passphrases opens
   *     it; ALREADY_EXISTS when it is published there in another way; UNAVAILABLE when its pod has
   *     no cgroup yet
   */
  public void publish(Request request, Deadline deadline) {
    Staged staged = staged(request);
    TrackedVolume volume = staged.volume();
    VolumeDevice device = staged.device();
    boolean published = isPublished(request, device);
    requireStaged(request, device);
    if (!published) {
      requireAlone(request, device);
    }
    if (volume.encrypted()) {
      request
          .passphrases()
          .ifPresent(keys ->
              crypt.renew(staged.map(), request.volume(), volume.readOnly(), keys, deadline));
    }
    throttle.admit(request.target(), device, volume, deadline);
    FailPoints.pass("node.publish.after-limits");
    if (!published) {
      bind(request, device, deadline);
      LOG.info("{}: published at {}", request.volume(), request.target());
    }
    request.pod().ifPresent(pod -> tracking.published(request.volume(), pod));
  }

  private void bind(Request request, VolumeDevice device, Deadline deadline) {
    switch (request.access()) {
      case Access.FileSystem fileSystem -> MountPoints.makeDirectory(request.target());
      case Access.Block block -> MountPoints.makeFile(request.target());
    }
    FailPoints.pass("node.publish.after-create");
    Path source = request.access() instanceof Access.Block ? device.node() : request.staging();
    boolean readOnly = request.access() instanceof Access.FileSystem && request.readOnly();
    devices.mounts().bind(source, request.target(), readOnly, deadline.atMost(BINDING));
    FailPoints.pass("node.publish.after-bind");
    if (!isPublished(request, device)) {
      throw Failure.internal(
          "%s was bound to %s and is not there; try again"
              .formatted(request.volume(), request.target()));
    }
  }

  private TrackedVolume tracked(Request request) {
    return tracking
        .get(request.volume())
        .filter(volume -> volume.phase() == Phase.STAGED)
        .filter(volume -> volume.bootId().equals(devices.bootId().current()))
        .orElseThrow(() -> notStaged(request));
  }

  private MultipathMap map(Request request) {
    return devices
        .maps()
        .find(request.volume().wwid())
        .filter(found -> !found.suspended())
        .orElseThrow(() -> notStaged(request));
  }

  private Staged staged(Request request) {
    TrackedVolume tracked = tracked(request);
    MultipathMap map = map(request);
    requireAccess(request, tracked);
    VolumeDevice device = crypt.on(map, tracked.encrypted()).orElseThrow(() -> notStaged(request));
    return new Staged(tracked, map, device);
  }

  /**
   * Proves now that the device is behind the staging path: after a reboot that is a plain
   * directory.
   */
  private void requireStaged(Request request, VolumeDevice device) {
    if (request.access() instanceof Access.FileSystem access) {
      Mount mounted =
          layers.fileSystem(request.staging(), device).orElseThrow(() -> notStaged(request));
      requireContext(request, access, mounted);
    }
  }

  /** All mounts of a file system have the context of the first; the kernel ignores another one. */
  private static void requireContext(Request request, Access.FileSystem access, Mount staged) {
    Optional<SeLinuxContext> asked = SeLinuxContext.in(access.options());
    Optional<SeLinuxContext> given = SeLinuxContext.of(staged);
    if (asked.isPresent() && !asked.equals(given)) {
      throw Failure.failedPrecondition(
          "%s is staged with %s and is to be published with the SELinux context %s; unstage it first"
              .formatted(
                  request.volume(),
                  given.map(its -> "the SELinux context " + its).orElse("no SELinux context"),
                  asked.get()));
    }
  }

  private static Failure notStaged(Request request) {
    return Failure.failedPrecondition(
        "%s is not staged at %s on this node; stage it first"
            .formatted(request.volume(), request.staging()));
  }

  private static void requireAccess(Request request, TrackedVolume tracked) {
    boolean raw = request.access() instanceof Access.Block;
    if (raw != (tracked.access() instanceof Access.Block)) {
      throw Failure.failedPrecondition(
          "%s is staged as a %s; publish it as what it is staged as"
              .formatted(request.volume(), raw ? "file system" : "raw device"));
    }
    if (raw && request.readOnly() && !tracked.readOnly()) {
      throw Failure.failedPrecondition(
          request.volume()
              + " is attached writable and a raw device cannot be made read-only for one pod;"
              + " attach it read-only");
    }
    if (!raw && tracked.readOnly() && !request.readOnly()) {
      LOG.debug("{}: attached read-only, so it is published read-only", request.volume());
    }
  }

  private boolean isPublished(Request request, VolumeDevice device) {
    List<Mount> there = layers.at(request.target());
    if (there.isEmpty()) {
      return false;
    }
    Optional<Mount> ours =
        layers.onlyOne(request.target(), device).filter(m -> fits(request, m, device));
    if (ours.isEmpty()) {
      throw Failure.failedPrecondition(
          "something else than %s is mounted at %s (%s); unmount it first"
              .formatted(request.volume(), request.target(), there));
    }
    boolean raw = request.access() instanceof Access.Block;
    if (!raw && ours.get().readOnly() != request.readOnly() && !isReadOnly(request, device)) {
      throw Failure.alreadyExists(
          "%s is published at %s %s; unpublish it before it is published in another way"
              .formatted(
                  request.volume(),
                  request.target(),
                  ours.get().readOnly() ? "read-only" : "writable"));
    }
    return true;
  }

  /** As a whole, by its attachment, its mount options or its kernel: then no pod can write. */
  private boolean isReadOnly(Request request, VolumeDevice device) {
    return tracking.get(request.volume()).filter(TrackedVolume::readOnly).isPresent()
        || layers.onlyOne(request.staging(), device).filter(Mount::readOnly).isPresent();
  }

  private boolean fits(Request request, Mount mount, VolumeDevice device) {
    return request.access() instanceof Access.Block
        ? Layers.isNodeOf(mount, device)
            && devices.nodes().at(request.target()).equals(Optional.of(device.number()))
        : Layers.isFileSystemOf(mount, device);
  }

  private void requireAlone(Request request, VolumeDevice device) {
    List<Path> elsewhere = layers.elsewhere(device, Optional.of(request.staging()));
    if (request.exclusive() && !elsewhere.isEmpty()) {
      throw Failure.failedPrecondition(
          "%s allows one pod at a time and is published at %s; unpublish it there first"
              .formatted(request.volume(), elsewhere));
    }
  }

  /** Takes the volume away from the target path and removes the path; nothing there is fine. */
  public void unpublish(VolumeId volume, Path target, Deadline deadline) {
    List<Mount> there = layers.at(target);
    Optional<VolumeDevice> device = devices.maps().find(volume.wwid()).map(crypt::on);
    for (Mount mount : there) {
      boolean ours =
          Layers.isNode(mount)
              || (device.isPresent() && Layers.isFileSystemOf(mount, device.get()));
      if (!ours) {
        throw Failure.failedPrecondition(
            "something else than %s is mounted at %s (%s); unmount it first"
                .formatted(volume, target, mount));
      }
    }
    if (!there.isEmpty()) {
      devices.mounts().unmount(target, deadline.atMost(UNMOUNTING));
    }
    FailPoints.pass("node.unpublish.after-unmount");
    device.ifPresent(its -> throttle.lift(target, its, deadline));
    MountPoints.remove(target);
    PodPath.pod(target).ifPresent(pod -> tracking.unpublished(volume, pod));
    LOG.info("{}: unpublished from {}", volume, target);
  }
}
