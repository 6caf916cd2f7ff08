package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits of volumes that pods have: new ones, and those that the kernel has lost because a cgroup
 * was made again or something else wrote there.
 */
public final class Limits {
  private static final Logger LOG = LoggerFactory.getLogger(Limits.class);
  private static final Duration ADJUSTING = Duration.ofSeconds(20);

  private final Devices devices;
  private final Tracking tracking;
  private final VolumeLocks locks;
  private final CryptLayer crypt;
  private final Throttle throttle;
  private final BackOff<VolumeId> failed;

  /** What was said of volumes and is not on record yet, since somebody works on them. */
  private final Map<VolumeId, VolumeLimits> told = new ConcurrentHashMap<>();

  Limits(
      Devices devices,
      Tracking tracking,
      VolumeLocks locks,
      CryptLayer crypt,
      Throttle throttle,
      BackOff<VolumeId> failed) {
    this.devices = requireNonNull(devices, "devices is null");
    this.tracking = requireNonNull(tracking, "tracking is null");
    this.locks = requireNonNull(locks, "locks is null");
    this.crypt = requireNonNull(crypt, "crypt is null");
    this.throttle = requireNonNull(throttle, "throttle is null");
    this.failed = requireNonNull(failed, "failed is null");
  }

  /**
   * What a storage host says of a volume now; older than what is known, it changes nothing. A
   * volume that is not on this node gets its limits when it comes.
   *
   * @throws Failure as {@link Throttle#adjust}, or when a call works on the volume for too long;
   *     the call may be repeated, and the background does so
   */
  public void apply(VolumeId volume, VolumeLimits limits, Deadline deadline) {
    told.merge(volume, limits, VolumeLimits::orNewer);
    try (VolumeLocks.Held _ = locks.take(volume, deadline)) {
      renew(volume, deadline);
    }
  }

  /** Takes down what was said of the volume, and sees to it that it is so. */
  private void renew(VolumeId volume, Deadline deadline) {
    Optional<VolumeLimits> news = Optional.ofNullable(told.get(volume));
    Optional<TrackedVolume> newest = tracking.get(volume).map(known -> recorded(known, news));
    news.ifPresent(limits -> told.remove(volume, limits));
    newest.ifPresent(known -> adjust(known, deadline));
  }

  private TrackedVolume recorded(TrackedVolume known, Optional<VolumeLimits> news) {
    TrackedVolume newest = news.map(known::allowing).orElse(known);
    if (!newest.equals(known)) {
      tracking.put(newest);
      LOG.info("{}: {}", newest.volumeId(), newest.allowed());
    }
    return newest;
  }

  /** One round over all volumes; the caller repeats it. */
  public void round() {
    Set<VolumeId> limited =
        tracking.all().stream()
            .filter(volume -> volume.allowed().revision() > 0)
            .map(TrackedVolume::id)
            .collect(Collectors.toCollection(HashSet::new));
    limited.addAll(told.keySet());
    failed.retain(limited);
    limited.stream().filter(failed::isDue).forEach(this::again);
  }

  private void again(VolumeId volume) {
    Optional<VolumeLocks.Held> lock = locks.tryTake(volume);
    if (lock.isEmpty()) {
      return;
    }
    try (VolumeLocks.Held _ = lock.get()) {
      renew(volume, Deadline.after(ADJUSTING));
      failed.succeeded(volume);
    } catch (Failure e) {
      LOG.warn("{}: its limits are not in force everywhere: {}", volume, e.sentence());
      failed.failed(volume);
    }
  }

  private void adjust(TrackedVolume volume, Deadline deadline) {
    if (volume.phase() == Phase.STAGED && volume.bootId().equals(devices.bootId().current())) {
      devices
          .maps()
          .find(volume.id().wwid())
          .flatMap(map -> crypt.on(map, volume.encrypted()))
          .ifPresent(device -> throttle.adjust(device, volume, deadline));
    }
  }
}
