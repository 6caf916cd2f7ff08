package io.mooring.node.heal;

import static java.util.Objects.requireNonNull;

import io.mooring.node.multipath.KnownPath;
import io.mooring.node.multipath.MapStatus;
import io.mooring.node.multipath.Maps;
import io.mooring.node.multipath.Queueing;
import io.mooring.node.volume.TrackedVolume;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Volumes in use through which no I/O goes. Nothing is done about it here: sessions are iscsid's
 * and the background's, and queueing is never ended under a volume in use.
 */
final class VolumesWithoutPath implements Step {
  private static final Logger LOG = LoggerFactory.getLogger(VolumesWithoutPath.class);
  private static final Duration QUESTION = Duration.ofSeconds(2);

  private final Maps maps;

  VolumesWithoutPath(Maps maps) {
    this.maps = requireNonNull(maps, "maps is null");
  }

  @Override
  public void run(Look look, HealLog log) {
    if (look.staged().isEmpty()) {
      return;
    }
    Optional<List<KnownPath>> paths = look.paths();
    if (paths.isEmpty()) {
      log.keep(Ailment.NO_PATH);
      return;
    }
    Set<String> served =
        paths.get().stream()
            .filter(KnownPath::usable)
            .map(KnownPath::wwid)
            .collect(Collectors.toUnmodifiableSet());
    for (TrackedVolume volume : look.staged()) {
      if (!served.contains(volume.wwid()) && look.map(volume).isPresent()) {
        tell(volume, log);
      }
    }
  }

  private void tell(TrackedVolume volume, HealLog log) {
    // Asked once: later the countdown says nothing new.
    String fate = log.knows(Ailment.NO_PATH, volume.volumeId()) ? "" : fate(volume);
    log.found(
        Ailment.NO_PATH,
        volume.volumeId(),
        "%s has no path through which I/O goes%s; check the path networks and the storage host"
            .formatted(volume.volumeId(), fate));
  }

  private String fate(TrackedVolume volume) {
    return switch (queueing(volume)) {
      case OFF -> ", and it fails";
      case BOUNDED, COUNTING_DOWN -> ", and it waits for at most five minutes";
      case FOREVER ->
          ", and it waits without end, which is not what Mooring's multipath settings say: look for no_path_retry in an overrides section";
    };
  }

  private Queueing queueing(TrackedVolume volume) {
    try {
      return maps.status(volume.id().wwid(), Deadline.after(QUESTION))
          .map(MapStatus::queueing)
          .orElse(Queueing.BOUNDED);
    } catch (Failure e) {
      LOG.debug("multipathd: {}", e.sentence());
      return Queueing.BOUNDED;
    }
  }
}
