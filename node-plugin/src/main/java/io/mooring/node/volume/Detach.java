package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.linux.Mount;
import io.mooring.node.multipath.MapStatus;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.multipath.Queueing;
import io.mooring.node.scsi.Wwid;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * NodeUnstageVolume: the fixed order of removal, with proof at each step. Mount, superblock, map,
 * disks, multipathd's memory, and only then the record. Success means that the LUN may be unmapped.
 */
public final class Detach {
  private static final Logger LOG = LoggerFactory.getLogger(Detach.class);
  private static final Duration UNMOUNTING = Duration.ofSeconds(60);
  private static final Poll ASKING = new Poll(Duration.ofMillis(200), Duration.ofSeconds(2));

  private final Devices devices;
  private final Tracking tracking;
  private final Stragglers stragglers;
  private final Dismantling dismantling;
  private final PathRemoval pathRemoval;
  private final LiveCheck liveCheck;
  private final Layers layers;
  private final UnmountProof unmountProof;
  private final CryptLayer crypt;
  private final Timings timings;

  Detach(
      Devices devices,
      Tracking tracking,
      Stragglers stragglers,
      Dismantling dismantling,
      PathRemoval pathRemoval,
      LiveCheck liveCheck,
      Layers layers,
      UnmountProof unmountProof,
      CryptLayer crypt,
      Timings timings) {
    this.devices = requireNonNull(devices, "devices is null");
    this.tracking = requireNonNull(tracking, "tracking is null");
    this.stragglers = requireNonNull(stragglers, "stragglers is null");
    this.dismantling = requireNonNull(dismantling, "dismantling is null");
    this.pathRemoval = requireNonNull(pathRemoval, "pathRemoval is null");
    this.liveCheck = requireNonNull(liveCheck, "liveCheck is null");
    this.layers = requireNonNull(layers, "layers is null");
    this.unmountProof = requireNonNull(unmountProof, "unmountProof is null");
    this.crypt = requireNonNull(crypt, "crypt is null");
    this.timings = requireNonNull(timings, "timings is null");
  }

  /**
   * Takes the volume apart; a volume that is not here is fine. Everything follows from the WWID, so
   * it works without a record, too.
   *
   * @throws Failure FAILED_PRECONDITION while somebody uses it, naming who; UNAVAILABLE while no
   *     path is left to write back what is in memory
   */
  public void unstage(VolumeId volume, Path staging, Deadline deadline) {
    takeApart(volume, staging, deadline);
    tracking.remove(volume); // D12
    LOG.info("{}: unstaged", volume);
  }

  /** All of that, but the document stays. */
  void takeApart(VolumeId volume, Path staging, Deadline deadline) {
    Wwid wwid = volume.wwid(); // D1
    stragglers.awaitNone(volume, deadline);
    boolean lost = isLost(volume, deadline);
    Optional<MultipathMap> map = devices.maps().find(wwid);
    unmount(volume, staging, map, deadline); // D2
    FailPoints.pass("node.unstage.after-unmount");
    if (map.isPresent()) {
      requireNoMount(volume, crypt.on(map.get()), deadline); // D3
    }
    enter(volume); // D4
    FailPoints.pass("node.unstage.after-tracking");
    if (map.isPresent() && !lost) {
      flush(volume, map.get(), deadline); // D5
    }
    crypt.close(wwid, deadline);
    FailPoints.pass("node.unstage.after-close");
    dismantling.run( // D6 to D10
        wwid,
        () -> pathRemoval.disksOf(wwid),
        () -> FailPoints.pass("node.unstage.after-map"),
        deadline);
    FailPoints.pass("node.unstage.after-paths");
    devices.maps().forgetWwid(wwid, deadline); // D11
    FailPoints.pass("node.unstage.after-forget");
  }

  /**
   * Whether the target has taken the volume away: what waits to be written can only fail, and must
   * not hold up the removal.
   */
  private boolean isLost(VolumeId volume, Deadline deadline) {
    Optional<MultipathMap> map = devices.maps().find(volume.wwid());
    boolean lost = map.isPresent() && liveCheck.isLost(volume, map.get(), deadline);
    if (lost) {
      LOG.error("{}: its target has taken it away; giving up unwritten data", volume);
      devices.maps().disableQueueing(volume.wwid(), deadline);
    }
    return lost;
  }

  private void unmount(
      VolumeId volume, Path staging, Optional<MultipathMap> map, Deadline deadline) {
    List<Mount> layersThere = layers.at(staging);
    if (layersThere.isEmpty()) {
      return;
    }
    Optional<VolumeDevice> device = map.map(crypt::on);
    boolean ours =
        device.isPresent()
            && layersThere.stream().allMatch(mount -> Layers.isFileSystemOf(mount, device.get()));
    if (!ours) {
      throw Failure.failedPrecondition(
          "something else than %s is mounted at %s (%s); unmount it first"
              .formatted(volume, staging, layersThere));
    }
    requireNoOtherMount(volume, Optional.of(staging), device.get());
    requireWritable(volume, map.orElseThrow(), deadline);
    devices.mounts().unmount(staging, deadline.atMost(UNMOUNTING));
  }

  /** Bind mounts keep the file system alive; the CO takes them away first. */
  private void requireNoOtherMount(VolumeId volume, Optional<Path> staging, VolumeDevice device) {
    List<Path> published = layers.elsewhere(device, staging);
    if (!published.isEmpty()) {
      throw Failure.failedPrecondition(
          volume + " is still mounted at " + published + "; unpublish it there first");
    }
  }

  /**
   * What is in memory can be written back only while there is a path. Until multipathd's own
   * bounded wait is over nothing is given up here: umount would hang, failing the queue would lose
   * data.
   */
  private void requireWritable(VolumeId volume, MultipathMap map, Deadline deadline) {
    Deadline bound = deadline.atMost(timings.pathsReturn());
    boolean writable = ASKING.until(bound, () -> isWritable(map, deadline));
    if (!writable) {
      throw Failure.unavailable(
          "%s: no path is usable and data may still wait to be written; it is tried again, bring a"
                  .formatted(volume)
              + " portal of its storage host back (multipathd gives up by itself after five"
              + " minutes)");
    }
  }

  private boolean isWritable(MultipathMap map, Deadline deadline) {
    Optional<MapStatus> status = devices.maps().status(map.wwid(), deadline);
    return status.isEmpty()
        || status.get().usablePaths() > 0
        || status.get().queueing() == Queueing.OFF;
  }

  private void requireNoMount(VolumeId volume, VolumeDevice device, Deadline deadline) {
    requireNoOtherMount(volume, Optional.empty(), device);
    unmountProof.require(volume, device, deadline);
  }

  private void enter(VolumeId volume) {
    tracking.get(volume).ifPresent(tracked -> tracking.put(tracked.in(Phase.UNSTAGING)));
  }

  /** A file system was written back by umount; a raw device has pages of its own. */
  private void flush(VolumeId volume, MultipathMap map, Deadline deadline) {
    boolean raw =
        tracking.get(volume).map(tracked -> tracked.access() instanceof Access.Block).orElse(true);
    if (raw && !map.suspended()) {
      requireWritable(volume, map, deadline);
      devices.fileSystems().flush(crypt.on(map).node(), deadline.atMost(UNMOUNTING));
    }
  }
}
