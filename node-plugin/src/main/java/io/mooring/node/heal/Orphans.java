package io.mooring.node.heal;

import static java.util.Objects.requireNonNull;

import io.mooring.node.scsi.Identity;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.node.scsi.ScsiDisks;
import io.mooring.node.scsi.Wwid;
import io.mooring.node.volume.Repairs;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Disks on our sessions, and the map on them, of a volume that no document speaks of: what an
 * unstage could not finish, or a document that was lost. They go in the order of an unstage when
 * nobody uses them. Left there, their LUN number could come to mean another volume.
 */
final class Orphans implements Step {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration REMOVAL = Duration.ofSeconds(60);

  private final ScsiDisks disks;
  private final Repairs repairs;
  private final Since<Wwid> orphaned;

  Orphans(ScsiDisks disks, Repairs repairs, Ticker ticker) {
    this.disks = requireNonNull(disks, "disks is null");
    this.repairs = requireNonNull(repairs, "repairs is null");
    this.orphaned = new Since<>(ticker);
  }

  @Override
  public void run(Look look, HealLog log) {
    Map<Wwid, List<ScsiDisk>> orphans =
        look.disks().stream()
            .filter(disk -> disk.identity().isPresent())
            .collect(Collectors.groupingBy(Orphans::wwid));
    orphans
        .entrySet()
        .removeIf(entry -> look.isTracked(entry.getKey()) || !areMoorings(entry.getValue()));
    orphaned.seen(orphans.keySet());
    orphans
        .keySet()
        .forEach(wwid -> {
          log.watch();
          if (orphaned.lasts(wwid, PATIENCE)) {
            log.cure(
                Ailment.ORPHAN,
                wwid.value(),
                "disks of %s are here and no volume of this node has them".formatted(wwid),
                "removed",
                () -> {
                  repairs.removeOrphan(wwid, Deadline.after(REMOVAL));
                  return true;
                });
          }
        });
  }

  private static Wwid wwid(ScsiDisk disk) {
    return disk.identity().map(Identity::wwid).orElseThrow();
  }

  private boolean areMoorings(List<ScsiDisk> found) {
    return found.stream().allMatch(disk -> disks.isMoorings(disk.hctl()));
  }
}
