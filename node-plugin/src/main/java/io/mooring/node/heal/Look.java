package io.mooring.node.heal;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Session;
import io.mooring.node.multipath.KnownPath;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.node.scsi.Wwid;
import io.mooring.node.volume.Devices;
import io.mooring.node.volume.Phase;
import io.mooring.node.volume.Route;
import io.mooring.node.volume.TrackedVolume;
import io.mooring.node.volume.Tracking;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What documents and sysfs say at one moment; each part is read at most once, when it is first
 * wanted, however many volumes there are. multipathd is asked one question at most. Sessions, and
 * the disks on them, are Mooring's own; nobody else's are seen.
 */
final class Look {
  private static final Logger LOG = LoggerFactory.getLogger(Look.class);
  private static final Duration MULTIPATHD = Duration.ofSeconds(2);

  private final Tracking tracking;
  private final Set<String> tracked;
  private final List<TrackedVolume> volumes;
  private final List<TrackedVolume> staged;
  private final List<Session> sessions;
  private final Supplier<Map<Hctl, ScsiDisk>> disks;
  private final Supplier<Map<String, MultipathMap>> maps;
  private final Supplier<Optional<List<KnownPath>>> paths;

  Look(Devices devices, Tracking tracking) {
    this.tracking = requireNonNull(tracking, "tracking is null");
    String boot = devices.bootId().current();
    Collection<TrackedVolume> all = tracking.all();
    tracked = all.stream().map(TrackedVolume::wwid).collect(Collectors.toUnmodifiableSet());
    volumes = all.stream().filter(volume -> volume.bootId().equals(boot)).toList();
    staged = volumes.stream().filter(volume -> volume.phase() == Phase.STAGED).toList();
    sessions = devices.initiator().sessions();
    disks =
        once(() ->
            sessions.stream()
                .flatMap(session -> devices.disks().onHost(session.hostNumber()).stream())
                .collect(
                    Collectors.toMap(
                        ScsiDisk::hctl, Function.identity(), (a, b) -> a, LinkedHashMap::new)));
    maps =
        once(() ->
            devices.maps().all().stream()
                .collect(
                    Collectors.toMap(map -> map.wwid().value(), Function.identity(), (a, b) -> a)));
    paths = once(() -> ask(devices));
  }

  private static Optional<List<KnownPath>> ask(Devices devices) {
    try {
      return Optional.of(devices.maps().knownPaths(Deadline.after(MULTIPATHD)));
    } catch (Failure e) {
      LOG.debug("multipathd: {}", e.sentence());
      return Optional.empty();
    }
  }

  private static <T> Supplier<T> once(Supplier<T> source) {
    return new Supplier<>() {
      private Optional<T> known = Optional.empty();

      @Override
      public T get() {
        if (known.isEmpty()) {
          known = Optional.of(requireNonNull(source.get(), "nothing was read"));
        }
        return known.get();
      }
    };
  }

  /** The volumes of this boot, in whatever phase. */
  List<TrackedVolume> volumes() {
    return volumes;
  }

  List<TrackedVolume> staged() {
    return staged;
  }

  /** Whether any document, of this boot or an earlier one, speaks of that volume. */
  boolean isTracked(Wwid wwid) {
    return tracked.contains(wwid.value());
  }

  /** Our sessions. */
  List<Session> sessions() {
    return sessions;
  }

  /** On which way of staged volumes a session goes; empty when none needs it, or no more. */
  Optional<Route> route(Session session) {
    return staged.stream()
        .flatMap(volume -> tracking.wanted(volume).routes().stream())
        .filter(route -> route.isServedBy(session))
        .findFirst();
  }

  /** The disks on our sessions. */
  Collection<ScsiDisk> disks() {
    return disks.get().values();
  }

  /** A disk on our sessions. */
  Optional<ScsiDisk> disk(Hctl at) {
    return Optional.ofNullable(disks.get().get(at));
  }

  /** Whether the session that a disk is on is logged in. */
  boolean isLoggedIn(ScsiDisk disk) {
    return sessions.stream()
        .anyMatch(session -> session.hostNumber() == disk.hctl().host() && session.loggedIn());
  }

  /** The staged volume that a disk is, by all that the kernel knows of it. */
  Optional<TrackedVolume> stagedAs(ScsiDisk disk) {
    return staged.stream().filter(volume -> disk.is(volume.id().identity())).findFirst();
  }

  Optional<MultipathMap> map(TrackedVolume volume) {
    return Optional.ofNullable(maps.get().get(volume.wwid()));
  }

  /** The paths in multipathd's list, its one question of a round; empty when it does not answer. */
  Optional<List<KnownPath>> paths() {
    return paths.get();
  }
}
