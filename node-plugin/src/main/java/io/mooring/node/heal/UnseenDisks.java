package io.mooring.node.heal;

import static java.util.Objects.requireNonNull;

import io.mooring.node.scsi.DiskState;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.node.volume.Devices;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Ticker;
import java.time.Duration;
import java.util.List;

/**
 * A disk of a staged volume of which udev has no record, so that multipathd will not have it: its
 * event was lost. The kernel tells of it once more, and the background goes on with the path.
 */
final class UnseenDisks implements Step {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration TELLING = Duration.ofSeconds(10);

  private final Devices devices;
  private final Since<Hctl> unseen;

  UnseenDisks(Devices devices, Ticker ticker) {
    this.devices = requireNonNull(devices, "devices is null");
    this.unseen = new Since<>(ticker);
  }

  @Override
  public void run(Look look, HealLog log) {
    List<ScsiDisk> disks =
        look.disks().stream()
            .filter(disk -> disk.holders().isEmpty() && disk.state() == DiskState.RUNNING)
            .filter(disk -> look.isLoggedIn(disk) && look.stagedAs(disk).isPresent())
            .filter(disk -> devices.udev().block(disk.number()).isEmpty())
            .toList();
    unseen.seen(disks.stream().map(ScsiDisk::hctl).toList());
    for (ScsiDisk disk : disks) {
      log.watch();
      if (unseen.lasts(disk.hctl(), PATIENCE)) {
        log.cure(
            Ailment.UNSEEN_DISK,
            disk.hctl().toString(),
            "udev has no record of %s".formatted(disk),
            "the kernel has told of it once more",
            () -> {
              devices.disks().announce(disk.hctl(), Deadline.after(TELLING));
              return true;
            });
      }
    }
  }
}
