package io.mooring.node.scsi;

import io.mooring.runtime.time.Deadline;
import java.util.List;
import java.util.Optional;

/**
 * The SCSI disks of this host. Looking reads sysfs only and cannot block; what reaches a device
 * runs in a child process.
 */
public interface ScsiDisks {
  /** The disk at that address; empty until its block device is there. */
  Optional<ScsiDisk> at(Hctl hctl);

  /** Whether the kernel has any SCSI device at that address, also one without a block device. */
  boolean exists(Hctl hctl);

  /** The disks of a SCSI host, which is those of one session, in the order of their LUNs. */
  List<ScsiDisk> onHost(int host);

  /**
   * How many commands of the block layer are on their way to the disk; none where there is none.
   */
  int inFlight(Hctl hctl);

  /**
   * Asks the kernel to probe one LUN. It returns without an error and without a disk when the
   * session is not logged in or the LUN is not mapped, so look afterwards.
   */
  void scan(int host, int lun, Deadline deadline);

  /**
   * Removes a disk that nothing holds and proves it gone. A disk whose session's recovery time runs
   * is waited for. Nothing there is fine.
   *
   * @param expected what the disk must be by the kernel's knowledge; any other disk is left alone
   * @throws io.mooring.runtime.failure.Failure FAILED_PRECONDITION when it is another disk or is
   *     held; DEADLINE_EXCEEDED when it does not go
   */
  void delete(Hctl hctl, Wwid expected, Deadline deadline);

  /**
   * Removes a disk whatever it is, provided that nothing holds it: for one whose LUN number now
   * belongs to another volume.
   *
   * @throws io.mooring.runtime.failure.Failure as {@link #delete}
   */
  void purge(Hctl hctl, Deadline deadline);

  /**
   * Asks the disk itself who it is (INQUIRY of VPD pages 0x83 and 0x80), past every cache.
   *
   * @throws io.mooring.runtime.failure.Failure UNAVAILABLE when the disk does not answer
   */
  Identity liveIdentity(Hctl hctl, Deadline deadline);

  /**
   * Whether the target answers that it has no such LUN for this node: it has taken it away.
   *
   * @throws io.mooring.runtime.failure.Failure UNAVAILABLE when nobody answers
   */
  boolean isUnmapped(Hctl hctl, Deadline deadline);

  /**
   * Sends the disk a question (INQUIRY), which a target answers without a look at its own disks.
   * What it says does not matter; that it says something does.
   *
   * @throws io.mooring.runtime.failure.Failure UNAVAILABLE when the disk has gone,
   *     DEADLINE_EXCEEDED when nobody answers
   */
  void ping(Hctl hctl, Deadline deadline);

  /**
   * Asks the kernel to read the disk's size again. Skipped in silence by the kernel when the disk
   * is not running, so look afterwards.
   */
  void rescan(Hctl hctl, Deadline deadline);

  /**
   * Lets commands through to a disk that was set offline, and proves it.
   *
   * @throws io.mooring.runtime.failure.Failure UNAVAILABLE when it stays as it is
   */
  void setRunning(Hctl hctl, Deadline deadline);

  /** Has the kernel tell of the disk once more, for whoever has missed it. */
  void announce(Hctl hctl, Deadline deadline);

  /** Whether the disk there is a LUN of a Mooring storage host, by the kernel's knowledge. */
  boolean isMoorings(Hctl hctl);
}
