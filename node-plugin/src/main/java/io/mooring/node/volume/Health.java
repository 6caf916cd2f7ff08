package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.linux.Mount;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How volumes and storage hosts are, as sysfs and mountinfo show it: nothing here touches a device,
 * so it answers at once whatever has died. Only an xfs is asked itself, in a child process.
 */
public final class Health {
  private static final Logger LOG = LoggerFactory.getLogger(Health.class);

  private final Devices devices;
  private final Tracking tracking;
  private final Layers layers;
  private final CryptLayer crypt;
  private final PathCensus census;
  private final Stopped stopped;

  Health(
      Devices devices,
      Tracking tracking,
      Layers layers,
      CryptLayer crypt,
      PathCensus census,
      Stopped stopped) {
    this.devices = requireNonNull(devices, "devices is null");
    this.tracking = requireNonNull(tracking, "tracking is null");
    this.layers = requireNonNull(layers, "layers is null");
    this.crypt = requireNonNull(crypt, "crypt is null");
    this.census = requireNonNull(census, "census is null");
    this.stopped = requireNonNull(stopped, "stopped is null");
  }

  /** How bad it is. */
  public enum Severity {
    /** It works, with less redundancy. */
    DEGRADED,
    /** It cannot be read or written now. */
    INACCESSIBLE
  }

  /**
   * One thing that is wrong.
   *
   * @param reason one CamelCase word
   * @param sentence for people
   */
  public record Finding(Severity severity, String reason, String sentence) {}

  /**
   * What is wrong with a volume that is staged here; nothing when all is well.
   *
   * @throws Failure NOT_FOUND when it is not staged on this node
   */
  public List<Finding> of(VolumeId id) {
    TrackedVolume volume =
        tracking
            .get(id)
            .filter(found -> found.phase() == Phase.STAGED)
            .filter(found -> found.bootId().equals(devices.bootId().current()))
            .orElseThrow(() -> Failure.notFound(id + " is not staged on this node"));
    Optional<MultipathMap> map = devices.maps().find(id.wwid());
    if (map.isEmpty()) {
      return List.of(inaccessible("MapMissing", id + " has no map; stage it again"));
    }
    List<Finding> findings = new ArrayList<>();
    if (map.get().suspended()) {
      findings.add(
          inaccessible(
              "MapSuspended",
              "%s is suspended; look at 'dmsetup info %s'".formatted(map.get(), map.get().name())));
    }
    paths(id).ifPresent(findings::add);
    if (isStopped(volume, map.get())) {
      findings.add(
          inaccessible(
              "FileSystemReadOnly",
              "the kernel has stopped the file system of %s after errors; delete the pods that have it, and for the next one it is checked and mounted anew"
                  .formatted(id)));
    }
    return List.copyOf(findings);
  }

  private Optional<Finding> paths(VolumeId id) {
    List<PathCensus.Entry> entries =
        census.take().stream().filter(entry -> entry.volume().id().equals(id)).toList();
    List<PathCensus.Entry> down = entries.stream().filter(entry -> !entry.up()).toList();
    if (down.isEmpty()) {
      return Optional.empty();
    }
    if (down.size() == entries.size()) {
      return Optional.of(
          inaccessible(
              "NoPath",
              "%s: none of its %d paths is up; check the path networks and the storage host"
                  .formatted(id, entries.size())));
    }
    String portals =
        down.stream()
            .map(entry -> entry.route().portal().toString())
            .collect(Collectors.joining(", "));
    return Optional.of(
        new Finding(
            Severity.DEGRADED,
            "PathsMissing",
            "%s: %d of its %d paths are down (%s); check those path networks"
                .formatted(id, down.size(), entries.size(), portals)));
  }

  private boolean isStopped(TrackedVolume volume, MultipathMap map) {
    VolumeDevice device = crypt.on(map);
    Optional<Mount> staged = layers.fileSystem(volume.staging(), device);
    try {
      return staged.isPresent()
          && stopped.is(volume, device, staged.get(), Deadline.after(Stopped.LIMIT));
    } catch (Failure e) {
      // It waits for its paths, which are a finding of their own.
      LOG.debug("{}: {}", volume.volumeId(), e.sentence());
      return false;
    }
  }

  private static Finding inaccessible(String reason, String sentence) {
    return new Finding(Severity.INACCESSIBLE, reason, sentence);
  }

  /** What is wrong with the storage targets that this node's staged volumes come from. */
  public List<Finding> ofTargets() {
    Map<String, List<PathCensus.Entry>> byTarget =
        census.take().stream()
            .collect(
                Collectors.groupingBy(
                    entry -> entry.volume().id().target(),
                    LinkedHashMap::new,
                    Collectors.toList()));
    List<Finding> findings = new ArrayList<>();
    byTarget.forEach((target, entries) -> ofTarget(target, entries).ifPresent(findings::add));
    return List.copyOf(findings);
  }

  private static Optional<Finding> ofTarget(String target, List<PathCensus.Entry> entries) {
    List<String> all = portals(entries);
    List<String> dead = portals(entries.stream().filter(entry -> !isLoggedIn(entry)).toList());
    if (dead.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        dead.size() == all.size()
            ? inaccessible(
                "TargetUnreachable",
                "storage target %s is reached over none of its portals %s".formatted(target, all))
            : new Finding(
                Severity.DEGRADED,
                "PortalsDown",
                "storage target %s is not reached over %s of its portals %s"
                    .formatted(target, dead, all)));
  }

  private static boolean isLoggedIn(PathCensus.Entry entry) {
    return entry.session().filter(session -> session.loggedIn()).isPresent();
  }

  private static List<String> portals(List<PathCensus.Entry> entries) {
    return entries.stream().map(entry -> entry.route().portal().toString()).distinct().toList();
  }
}
