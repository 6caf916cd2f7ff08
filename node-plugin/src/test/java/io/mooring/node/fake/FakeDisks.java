package io.mooring.node.fake;

import io.mooring.node.iscsi.SessionState;
import io.mooring.node.scsi.DiskState;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.scsi.Identity;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.node.scsi.ScsiDisks;
import io.mooring.node.scsi.Wwid;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** SCSI disks on the fake kernel. */
final class FakeDisks implements ScsiDisks {
  private final FakeKernel kernel;
  private final Faults faults;

  FakeDisks(FakeKernel kernel, Faults faults) {
    this.kernel = kernel;
    this.faults = faults;
  }

  @Override
  public Optional<ScsiDisk> at(Hctl hctl) {
    synchronized (kernel) {
      return kernel.disk(hctl).map(this::shown);
    }
  }

  private ScsiDisk shown(FakeDisk disk) {
    return disk.shown(
        kernel.maps.stream()
            .filter(map -> map.slaves.contains(disk.hctl))
            .map(map -> map.dmName)
            .toList());
  }

  @Override
  public boolean exists(Hctl hctl) {
    synchronized (kernel) {
      return kernel.disk(hctl).isPresent();
    }
  }

  @Override
  public List<ScsiDisk> onHost(int host) {
    synchronized (kernel) {
      return kernel.disks.stream()
          .filter(disk -> disk.hctl.host() == host)
          .map(this::shown)
          .sorted(Comparator.comparingInt(disk -> disk.hctl().lun()))
          .toList();
    }
  }

  @Override
  public int inFlight(Hctl hctl) {
    synchronized (kernel) {
      return kernel.disk(hctl).map(disk -> disk.inFlight).orElse(0);
    }
  }

  @Override
  public void scan(int host, int lun, Deadline deadline) {
    act(
        "scan",
        Hctl.of(host, lun),
        () -> {
          if (kernel.lostScans > 0) {
            return kernel.lostScans--;
          }
          kernel.sessions.stream()
              .filter(session -> session.host == host)
              .filter(session -> session.state == SessionState.LOGGED_IN)
              .filter(session -> kernel.disk(Hctl.of(host, lun)).isEmpty())
              .findFirst()
              .ifPresent(session ->
                  kernel
                      .targets
                      .behind(session.target.iqn(), session.target.portal(), lun)
                      .ifPresent(behind -> kernel.addDisk(session, lun, behind)));
          return 0;
        });
  }

  @Override
  public void delete(Hctl hctl, Wwid expected, Deadline deadline) {
    awaitUnblocked(hctl, deadline);
    act(
        "delete",
        hctl,
        () -> {
          Optional<FakeDisk> disk = kernel.disk(hctl);
          if (disk.isPresent()
              && disk.get().probed.filter(known -> known.wwid().equals(expected)).isEmpty()) {
            throw Failure.failedPrecondition("disk " + hctl + " is not " + expected);
          }
          return remove(hctl);
        });
  }

  @Override
  public void purge(Hctl hctl, Deadline deadline) {
    awaitUnblocked(hctl, deadline);
    act("purge", hctl, () -> remove(hctl));
  }

  private void awaitUnblocked(Hctl hctl, Deadline deadline) {
    if (!Poll.SYSFS.until(
        deadline, () -> at(hctl).filter(disk -> disk.state() == DiskState.BLOCKED).isEmpty())) {
      throw Failure.deadlineExceeded("disk " + hctl + " waits for its session's recovery time");
    }
  }

  private boolean remove(Hctl hctl) {
    if (kernel.maps.stream().anyMatch(map -> map.slaves.contains(hctl))) {
      throw Failure.failedPrecondition("disk " + hctl + " is in use");
    }
    return kernel.disks.removeIf(disk -> disk.hctl.equals(hctl));
  }

  @Override
  public Identity liveIdentity(Hctl hctl, Deadline deadline) {
    return act(
        "liveIdentity",
        hctl,
        () ->
            kernel
                .disk(hctl)
                .filter(disk -> disk.session.state == SessionState.LOGGED_IN)
                .filter(disk -> disk.session.wire.silentSince.isEmpty())
                .flatMap(kernel::behind)
                .map(FakeLun::identity)
                .orElseThrow(
                    () -> Failure.unavailable("disk " + hctl + " does not say who it is")));
  }

  @Override
  public boolean isUnmapped(Hctl hctl, Deadline deadline) {
    return act(
        "isUnmapped",
        hctl,
        () ->
            kernel
                .disk(hctl)
                .filter(disk -> disk.session.state == SessionState.LOGGED_IN)
                .map(disk -> kernel.behind(disk).isEmpty())
                .orElseThrow(() -> Failure.unavailable("disk " + hctl + " does not answer")));
  }

  @Override
  public void ping(Hctl hctl, Deadline deadline) {
    act(
        "ping",
        hctl,
        () -> {
          if (!kernel.disk(hctl).orElseThrow().session.wire.ask(kernel.ticker.nanos())) {
            throw Failure.deadlineExceeded("disk " + hctl + " does not answer");
          }
          return true;
        });
  }

  @Override
  public void rescan(Hctl hctl, Deadline deadline) {
    act(
        "rescan",
        hctl,
        () -> {
          // The kernel keeps the pages that it has; only the size is read again.
          kernel
              .disk(hctl)
              .filter(kernel::usable)
              .ifPresent(disk -> {
                FakeLun behind = kernel.behind(disk).orElseThrow();
                disk.sizeBytes = behind.sizeBytes();
                disk.readOnly = behind.readOnly();
              });
          return true;
        });
  }

  @Override
  public void setRunning(Hctl hctl, Deadline deadline) {
    act(
        "setRunning",
        hctl,
        () -> {
          kernel.disk(hctl).ifPresent(disk -> disk.state = DiskState.RUNNING);
          return true;
        });
  }

  @Override
  public void announce(Hctl hctl, Deadline deadline) {
    act(
        "announce",
        hctl,
        () -> {
          kernel
              .disk(hctl)
              .ifPresent(disk -> {
                disk.udevDone = true;
                kernel.react(disk);
              });
          return true;
        });
  }

  @Override
  public boolean isMoorings(Hctl hctl) {
    synchronized (kernel) {
      return kernel.disk(hctl).filter(disk -> disk.moorings).isPresent();
    }
  }

  private <T> T act(String method, Object argument, Supplier<T> effect) {
    return faults.call(
        "disks." + method,
        argument,
        () -> {
          synchronized (kernel) {
            return effect.get();
          }
        });
  }
}
