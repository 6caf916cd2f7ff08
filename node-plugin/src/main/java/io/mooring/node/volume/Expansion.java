package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.crypt.Passphrases;
import io.mooring.node.linux.Mount;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * NodeExpandVolume, after the storage host has made the volume larger. It succeeds only when every
 * path, the map and the file system have the new size; after a failure in the middle the next call
 * goes on. The steps are those of the expansion in docs/node.md.
 */
public final class Expansion {
  private static final Logger LOG = LoggerFactory.getLogger(Expansion.class);

  private final Devices devices;
  private final Tracking tracking;
  private final Layers layers;
  private final DeadPaths deadPaths;
  private final MapGrowth maps;
  private final CryptLayer crypt;
  private final FileSystemGrowth fileSystems;

  Expansion(
      Devices devices,
      Tracking tracking,
      Layers layers,
      DeadPaths deadPaths,
      MapGrowth maps,
      CryptLayer crypt,
      FileSystemGrowth fileSystems) {
    this.devices = requireNonNull(devices, "devices is null");
    this.tracking = requireNonNull(tracking, "tracking is null");
    this.layers = requireNonNull(layers, "layers is null");
    this.deadPaths = requireNonNull(deadPaths, "deadPaths is null");
    this.maps = requireNonNull(maps, "maps is null");
    this.crypt = requireNonNull(crypt, "crypt is null");
    this.fileSystems = requireNonNull(fileSystems, "fileSystems is null");
  }

  /**
   * What NodeExpandVolume asks for.
   *
   * @param path where the volume is staged or published
   * @param requiredBytes at least this much; 0 for what the storage host has
   * @param limitBytes at most this much; 0 for no limit
   * @param passphrases what shall open it from now on, where somebody says so
   */
  public record Request(
      VolumeId volume,
      Path path,
      long requiredBytes,
      long limitBytes,
      Optional<Passphrases> passphrases) {
    public Request {
      requireNonNull(volume, "volume is null");
      requireNonNull(path, "path is null");
      requireNonNull(passphrases, "passphrases is null");
    }
  }

  /**
   * Grows what this node has of the volume.
   *
   * @return its size in bytes
   * @throws Failure NOT_FOUND when the volume is not at that path; OUT_OF_RANGE when it is larger
   *     than the limit; UNAVAILABLE while the storage host reports the old size or no path is up;
   *     FAILED_PRECONDITION when its file system is staged read-only, and, after it has grown, when
   *     none of the passphrases opens it
   */
  public long expand(Request request, Deadline deadline) {
    TrackedVolume tracked = staged(request);
    deadPaths.purge(request.volume().wwid(), deadline); // X2
    FailPoints.pass("node.expand.after-purge");
    long wanted = Math.max(request.requiredBytes(), tracked.sizeBytes());
    MultipathMap map = maps.grow(request.volume().wwid(), wanted, deadline); // X3 to X6
    FailPoints.pass("node.expand.after-map");
    if (request.limitBytes() > 0 && map.sizeBytes() > request.limitBytes()) {
      throw Failure.outOfRange(
          "%s has %d bytes, which is over the limit of %d; a volume never gets smaller"
              .formatted(request.volume(), map.sizeBytes(), request.limitBytes()));
    }
    VolumeDevice device = tracked.encrypted() ? crypt.grow(map, deadline) : VolumeDevice.of(map);
    if (tracked.access() instanceof Access.FileSystem access) {
      requireWritable(tracked);
      fileSystems.grow(device, access.type(), tracked.staging(), deadline); // X7
    }
    tracking.put(tracked.withSize(map.sizeBytes())); // X8
    LOG.info("{}: has {} bytes now", request.volume(), map.sizeBytes());
    if (tracked.encrypted()) {
      request
          .passphrases()
          .ifPresent(
              keys -> crypt.renew(map, request.volume(), tracked.readOnly(), keys, deadline));
    }
    return map.sizeBytes();
  }

  private static void requireWritable(TrackedVolume tracked) {
    if (tracked.readOnly()) {
      throw Failure.failedPrecondition(
          "%s is attached read-only, so its file system cannot grow; attach it writable once"
              .formatted(tracked.id()));
    }
  }

  private TrackedVolume staged(Request request) {
    VolumeId volume = request.volume();
    TrackedVolume tracked =
        tracking
            .get(volume)
            .filter(found -> found.phase() == Phase.STAGED)
            .filter(found -> found.bootId().equals(devices.bootId().current()))
            .orElseThrow(
                () -> Failure.notFound(volume + " is not staged on this node; stage it first"));
    MultipathMap map =
        devices
            .maps()
            .find(volume.wwid())
            .orElseThrow(
                () -> Failure.unavailable(volume + " has no map any more; stage it again"));
    if (tracked.access() instanceof Access.FileSystem) {
      VolumeDevice device = crypt.on(map);
      requireMounted(device, tracked.staging(), volume);
      requireMounted(device, request.path(), volume);
    }
    return tracked;
  }

  private void requireMounted(VolumeDevice device, Path path, VolumeId volume) {
    Optional<Mount> mount = layers.fileSystem(path, device);
    if (mount.isEmpty()) {
      throw Failure.notFound(volume + " is not mounted at " + path + " on this node");
    }
  }
}
