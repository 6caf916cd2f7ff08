package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Session;
import io.mooring.node.multipath.KnownPath;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.node.scsi.Wwid;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/**
 * Steps D8 to D10: the disks of a volume go, all at the same time, each by its address and only
 * while it still is that volume; then multipathd must have forgotten them.
 */
final class PathRemoval {
  private static final Duration ONE_DISK = Duration.ofSeconds(20);
  private static final Poll ASKING = new Poll(Duration.ofMillis(20), Duration.ofSeconds(1));

  private final Devices devices;
  private final Timings timings;
  private final Executor threads;

  PathRemoval(Devices devices, Timings timings, Executor threads) {
    this.devices = requireNonNull(devices, "devices is null");
    this.timings = requireNonNull(timings, "timings is null");
    this.threads = requireNonNull(threads, "threads is null");
  }

  /** The disks of that WWID on our sessions. */
  List<ScsiDisk> disksOf(Wwid wwid) {
    return onOurSessions(
        disk -> disk.identity().filter(identity -> identity.wwid().equals(wwid)).isPresent());
  }

  private List<ScsiDisk> onOurSessions(Predicate<ScsiDisk> wanted) {
    List<ScsiDisk> found = new ArrayList<>();
    for (Session session : devices.initiator().sessions()) {
      devices.disks().onHost(session.hostNumber()).stream().filter(wanted).forEach(found::add);
    }
    return found;
  }

  /** Removes every disk of that WWID on our sessions, with proof. */
  void removeAll(Wwid wwid, Deadline deadline) {
    remove(disksOf(wwid), wwid, deadline);
  }

  /**
   * Removes these disks, with proof.
   *
   * @throws Failure the first reason why one of them remains
   */
  void remove(Collection<ScsiDisk> disks, Wwid wwid, Deadline deadline) {
    List<CompletableFuture<Void>> removals =
        disks.stream()
            .map(disk ->
                CompletableFuture.runAsync(
                    () -> devices.disks().delete(disk.hctl(), wwid, deadline.atMost(ONE_DISK)),
                    threads))
            .toList();
    Parallel.await(CompletableFuture.allOf(removals.toArray(new CompletableFuture<?>[0])));
    for (ScsiDisk disk : disks) {
      awaitForgotten(disk.name(), disk.hctl(), deadline);
    }
  }

  /**
   * Returns when multipathd does not list the disk any more: a ghost would spoil the next disk of
   * that name.
   */
  void awaitForgotten(String name, Hctl at, Deadline deadline) {
    Deadline bound = deadline.atMost(timings.gone());
    if (ASKING.until(bound.atMost(timings.gone().dividedBy(2)), () -> !lists(name, at, bound))) {
      return;
    }
    devices.maps().delPath(name, bound);
    if (lists(name, at, bound)) {
      throw Failure.unavailable(
          "multipathd still lists the removed disk " + at + " (" + name + "); try again");
    }
  }

  private boolean lists(String name, Hctl at, Deadline deadline) {
    for (KnownPath path : devices.maps().knownPaths(deadline)) {
      boolean sameAddress = path.hctl().equals(at.toString());
      if (sameAddress || (path.name().equals(name) && path.hctl().isEmpty())) {
        return true;
      }
    }
    return false;
  }
}
