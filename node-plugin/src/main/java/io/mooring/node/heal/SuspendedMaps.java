package io.mooring.node.heal;

import static java.util.Objects.requireNonNull;

import io.mooring.node.multipath.Maps;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.scsi.Wwid;
import io.mooring.node.volume.Phase;
import io.mooring.node.volume.Repairs;
import io.mooring.node.volume.TrackedVolume;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A map that was left suspended, by a removal of multipathd's that went wrong or by hand: whoever
 * opens it hangs. Nobody works on the volume, so it is resumed.
 */
final class SuspendedMaps implements Step {
  /** A change of a map's table suspends it for milliseconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration RESUMING = Duration.ofSeconds(20);

  private final Maps maps;
  private final Repairs repairs;
  private final Since<String> suspended;

  SuspendedMaps(Maps maps, Repairs repairs, Ticker ticker) {
    this.maps = requireNonNull(maps, "maps is null");
    this.repairs = requireNonNull(repairs, "repairs is null");
    this.suspended = new Since<>(ticker);
  }

  @Override
  public void run(Look look, HealLog log) {
    List<TrackedVolume> affected = new ArrayList<>();
    for (TrackedVolume volume : look.volumes()) {
      look.map(volume).filter(MultipathMap::suspended).ifPresent(_ -> affected.add(volume));
    }
    suspended.seen(affected.stream().map(TrackedVolume::wwid).toList());
    for (TrackedVolume volume : affected) {
      log.watch();
      if (suspended.lasts(volume.wwid(), PATIENCE)) {
        log.cure(
            Ailment.MAP,
            volume.volumeId(),
            "map %s of %s is suspended and nobody works on it"
                .formatted(volume.wwid(), volume.volumeId()),
            "resumed",
            () -> repairs.alone(volume.id(), this::resume));
      }
    }
  }

  private boolean resume(TrackedVolume volume) {
    Deadline deadline = Deadline.after(RESUMING);
    Wwid wwid = volume.id().wwid();
    Optional<MultipathMap> map = maps.find(wwid).filter(MultipathMap::suspended);
    if (map.isPresent()) {
      maps.resume(map.get(), deadline);
      if (volume.phase() == Phase.STAGED && maps.status(wwid, deadline).isEmpty()) {
        // multipathd forgets a map whose removal it thinks has succeeded.
        maps.addMap(wwid, deadline);
      }
    }
    return map.isPresent();
  }
}
