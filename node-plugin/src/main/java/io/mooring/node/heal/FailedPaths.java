package io.mooring.node.heal;

import static java.util.Objects.requireNonNull;

import io.mooring.node.multipath.KnownPath;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.multipath.UsablePaths;
import io.mooring.node.scsi.DiskState;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.scsi.Identity;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.node.volume.Devices;
import io.mooring.node.volume.Repairs;
import io.mooring.node.volume.TrackedVolume;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import io.mooring.runtime.time.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A path that the checker finds ready and that device-mapper still has as failed: multipathd would
 * reinstate it at its next look, and has not for longer than that. It says who it is first.
 */
final class FailedPaths implements Step {
  /** More than two of multipathd's looks. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final Duration CURE = Duration.ofSeconds(20);
  private static final Duration PROOF = Duration.ofSeconds(3);

  private final Devices devices;
  private final Repairs repairs;
  private final Since<Hctl> failed;

  FailedPaths(Devices devices, Repairs repairs, Ticker ticker) {
    this.devices = requireNonNull(devices, "devices is null");
    this.repairs = requireNonNull(repairs, "repairs is null");
    this.failed = new Since<>(ticker);
  }

  @Override
  public void run(Look look, HealLog log) {
    List<ScsiDisk> left = look.staged().isEmpty() ? List.of() : leftFailed(look);
    failed.seen(left.stream().map(ScsiDisk::hctl).toList());
    for (ScsiDisk disk : left) {
      log.watch();
      if (failed.lasts(disk.hctl(), PATIENCE)) {
        reinstate(disk, look.stagedAs(disk).orElseThrow(), log);
      }
    }
  }

  private static List<ScsiDisk> leftFailed(Look look) {
    return look.paths().orElse(List.of()).stream()
        .filter(KnownPath::leftFailed)
        .flatMap(path -> Hctl.parse(path.hctl()).stream())
        .flatMap(at -> look.disk(at).stream())
        .filter(disk -> disk.state() == DiskState.RUNNING && look.isLoggedIn(disk))
        .filter(disk -> look.stagedAs(disk).isPresent())
        .toList();
  }

  private void reinstate(ScsiDisk disk, TrackedVolume volume, HealLog log) {
    log.cure(
        Ailment.PATH,
        disk.hctl().toString(),
        "%s of %s is ready by its checker and stays failed".formatted(disk, volume.volumeId()),
        "reinstated",
        () -> repairs.alone(volume.id(), now -> reinstate(disk, now)));
  }

  private boolean reinstate(ScsiDisk seen, TrackedVolume volume) {
    Deadline deadline = Deadline.after(CURE);
    Identity identity = volume.id().identity();
    Optional<MultipathMap> map = devices.maps().find(volume.id().wwid());
    Optional<ScsiDisk> disk =
        devices
            .disks()
            .at(seen.hctl())
            .filter(now -> now.is(identity))
            .filter(now -> map.filter(found -> fits(now, found)).isPresent());
    if (disk.isEmpty()) {
      return false;
    }
    Identity says = devices.disks().liveIdentity(seen.hctl(), deadline);
    if (!says.equals(identity)) {
      repairs.evict(disk.get(), map.orElseThrow(), deadline);
      throw Failure.internal(
          "it is %s now; look at what the storage host maps there".formatted(says));
    }
    devices.maps().reinstatePath(disk.get().name(), deadline);
    boolean carries =
        Poll.SYSFS.until(
            deadline.atMost(PROOF),
            () ->
                UsablePaths.of(devices.maps(), deadline)
                    .include(volume.wwid(), seen.hctl().toString()));
    if (!carries) {
      throw Failure.unavailable("it does not carry I/O yet; see multipathd's log");
    }
    return true;
  }

  private static boolean fits(ScsiDisk disk, MultipathMap map) {
    return disk.holders().contains(map.dmName()) && disk.sizeBytes() >= map.sizeBytes();
  }
}
