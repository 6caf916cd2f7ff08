package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

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
 * Mounts a staged file system anew that the kernel has stopped after errors. The kubelet stages a
 * volume once and publishes that mount to pod after pod, as long as one on this node wants it; so
 * it is seen to before a pod gets it.
 */
final class Revival {
  private static final Logger LOG = LoggerFactory.getLogger(Revival.class);
  private static final Duration UNMOUNTING = Duration.ofSeconds(60);

  private final Devices devices;
  private final Tracking tracking;
  private final Layers layers;
  private final Stopped stopped;
  private final LiveCheck liveCheck;
  private final MapReady mapReady;
  private final UnmountProof unmountProof;
  private final FileSystemStage fileSystems;
  private final Timings timings;

  Revival(
      Devices devices,
      Tracking tracking,
      Layers layers,
      Stopped stopped,
      LiveCheck liveCheck,
      MapReady mapReady,
      UnmountProof unmountProof,
      FileSystemStage fileSystems,
      Timings timings) {
    this.devices = requireNonNull(devices, "devices is null");
    this.tracking = requireNonNull(tracking, "tracking is null");
    this.layers = requireNonNull(layers, "layers is null");
    this.stopped = requireNonNull(stopped, "stopped is null");
    this.liveCheck = requireNonNull(liveCheck, "liveCheck is null");
    this.mapReady = requireNonNull(mapReady, "mapReady is null");
    this.unmountProof = requireNonNull(unmountProof, "unmountProof is null");
    this.fileSystems = requireNonNull(fileSystems, "fileSystems is null");
    this.timings = requireNonNull(timings, "timings is null");
  }

  /**
   * Whether the file system is stopped where it is staged, or a process of ours has died between
   * unmounting and mounting it. What somebody else has unmounted, or mounted there, is left alone.
   *
   * @throws Failure FAILED_PRECONDITION while pods have it so, naming where; DEADLINE_EXCEEDED when
   *     it does not say how it is
   */
  boolean isNeeded(TrackedVolume volume, VolumeDevice device, Deadline deadline) {
    Optional<Mount> staged = staged(volume, device);
    boolean dead =
        staged.isPresent()
            ? stopped.is(volume, device, staged.get(), deadline)
            : volume.isRemounting() && layers.at(volume.staging()).isEmpty();
    if (dead) {
      requireNoPod(volume, device);
    }
    return dead;
  }

  private Optional<Mount> staged(TrackedVolume volume, VolumeDevice device) {
    return layers.fileSystem(volume.staging(), device);
  }

  private void requireNoPod(TrackedVolume volume, VolumeDevice device) {
    List<Path> published = layers.elsewhere(device, Optional.of(volume.staging()));
    if (!published.isEmpty()) {
      throw Failure.failedPrecondition(
          "the kernel has stopped the file system of %s after errors, and it is still mounted at %s;"
                  .formatted(volume.volumeId(), published)
              + " delete the pods that have it, then it is checked and mounted anew");
    }
  }

  /**
   * Unmounts, checks and mounts it; after every path has said who it is, since it is written to.
   *
   * @throws Failure UNAVAILABLE when its device does not answer; FAILED_PRECONDITION when it is not
   *     there any more, or is held in another mount namespace; INTERNAL when it does not work after
   *     that
   */
  void run(TrackedVolume volume, MultipathMap map, VolumeDevice device, Deadline deadline) {
    VolumeId id = volume.id();
    Access.FileSystem access = (Access.FileSystem) volume.access();
    if (liveCheck.isLost(id, map, deadline)) {
      throw Failure.failedPrecondition(
          id + ": its target has taken it away from this node; unstage it");
    }
    mapReady.await(volume.context(), deadline);
    // Nothing could be written back, and the umount would wait for that.
    mapReady.requireReadable(device, deadline);
    tracking.put(volume.remounting(true));
    FailPoints.pass("node.revive.after-record");
    if (staged(volume, device).isPresent()) {
      devices.mounts().unmount(volume.staging(), deadline.atMost(UNMOUNTING));
      FailPoints.pass("node.revive.after-unmount");
    }
    unmountProof.require(id, device, deadline);
    device.awaitUnused(devices.holders(), id, deadline.atMost(timings.busy()));
    fileSystems.mount(device, request(volume, access), access, deadline);
    FailPoints.pass("node.revive.after-mount");
    tracking.put(volume.remounting(false));
    requireAlive(volume, device, deadline);
    LOG.warn("{}: its file system was stopped, and is checked and mounted anew", id);
  }

  private void requireAlive(TrackedVolume volume, VolumeDevice device, Deadline deadline) {
    Optional<Mount> mounted = staged(volume, device);
    if (mounted.isEmpty() || stopped.is(volume, device, mounted.get(), deadline)) {
      throw Failure.internal(
          "the file system of %s was mounted anew and does not work; see this host's kernel log"
              .formatted(volume.volumeId()));
    }
  }

  /** It holds a file system on record, so it is not formatted whatever it reads like. */
  private static StageRequest request(TrackedVolume volume, Access.FileSystem access) {
    return new StageRequest(volume.id(), volume.context(), volume.staging(), access);
  }
}
