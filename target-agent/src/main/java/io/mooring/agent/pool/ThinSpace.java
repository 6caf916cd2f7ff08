package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.Optional;
import java.util.OptionalDouble;

/** How much a thin pool can promise, and why it takes nothing at times. */
final class ThinSpace {
  /** The smallest ext4 that mke2fs makes with a journal fits. */
  private static final long MINIMUM_BYTES = 4L << 20;

  /** The kernel's SCSI target and every initiator handle this; LVM's own limit is higher. */
  private static final long LARGEST_VOLUME = 64L << 40;

  /** One more LV with all its tags takes less; a commit needs room for a second whole copy. */
  private static final long LV_METADATA_BYTES = 4096;

  /** LVM rounds to two digits. */
  private static final double FULL = 99.995;

  private final String name;
  private final String group;
  private final String thinPool;
  private final PoolLimits limits;
  private final Lvm lvm;
  private final Promises promises = new Promises();

  /** 0 until the pool was first read; LVM cannot change it in a group that is in use. */
  private volatile long extentBytes;

  ThinSpace(String name, String group, String thinPool, PoolLimits limits, Lvm lvm) {
    this.name = requireNonNull(name, "name is null");
    this.group = requireNonNull(group, "group is null");
    this.thinPool = requireNonNull(thinPool, "thinPool is null");
    this.limits = requireNonNull(limits, "limits is null");
    this.lvm = requireNonNull(lvm, "lvm is null");
  }

  /** What LVs of the pool have been promised, by name. */
  Promises promises() {
    return promises;
  }

  /** The pool as LVM has it now. */
  ThinPoolReport report(Deadline deadline) {
    ThinPoolReport report = lvm.pool(group, thinPool, deadline);
    extentBytes = report.extentBytes();
    return report;
  }

  PoolStatus status(Deadline deadline) {
    ThinPoolReport report = report(deadline);
    long total = total(report);
    long promised = promises.sum();
    Optional<PoolUse> use =
        Optional.of(
            new PoolUse(
                report.sizeBytes(),
                promised,
                report.dataPercent() / 100,
                OptionalDouble.of(report.metadataPercent() / 100)));
    String refusal = refusal(report);
    if (!refusal.isEmpty()) {
      return new PoolStatus(total, 0, 0, refusal, use);
    }
    long available = Math.max(0, roundDown(total - promised, report.extentBytes()));
    return new PoolStatus(total, available, Math.min(available, LARGEST_VOLUME), "", use);
  }

  /** Why nothing can be written to new blocks; empty while it can. */
  Optional<String> overflow(Deadline deadline) {
    ThinPoolReport report = report(deadline);
    if (report.dataPercent() < FULL && report.metadataPercent() < FULL) {
      return Optional.empty();
    }
    return Optional.of(
        "thin pool %s/%s is full (%.1f %% of its data space, %.1f %% of its metadata), so that writers wait; extend it with lvextend"
            .formatted(group, thinPool, report.dataPercent(), report.metadataPercent()));
  }

  private long total(ThinPoolReport report) {
    return roundDown((long) (report.sizeBytes() * limits.overCommit()), report.extentBytes());
  }

  private static long roundDown(long bytes, long unit) {
    return bytes - Math.floorMod(bytes, unit);
  }

  /** Why no volume can be made, whatever its size. */
  private String refusal(ThinPoolReport report) {
    if (!report.zeroes()) {
      return "thin pool %s/%s does not zero new blocks, so that a volume would show what others deleted; set it with lvchange --zero y %s/%s"
          .formatted(group, thinPool, group, thinPool);
    }
    if (report.dataPercent() >= limits.fullPercent()) {
      return "thin pool %s/%s has used %.1f %% of its data space; extend it with lvextend"
          .formatted(group, thinPool, report.dataPercent());
    }
    if (report.metadataPercent() >= Math.min(limits.fullPercent(), report.metadataLimitPercent())) {
      return "thin pool %s/%s has used %.1f %% of its metadata; extend it with lvextend --poolmetadatasize"
          .formatted(group, thinPool, report.metadataPercent());
    }
    if (report.groupMetadataFreeBytes() < LV_METADATA_BYTES) {
      return "the metadata area of volume group %s (%d bytes) is full; move its volumes to a group made with vgcreate --metadatasize 64m, or add a disk that has one with vgextend --metadatasize 64m"
          .formatted(group, report.groupMetadataBytes());
    }
    return "";
  }

  /** The size that a volume of at least so many bytes really gets. */
  long roundUp(long bytes, Deadline deadline) {
    long extent = extentBytes == 0 ? report(deadline).extentBytes() : extentBytes;
    long wanted = Math.max(bytes, MINIMUM_BYTES);
    return wanted > Long.MAX_VALUE - extent ? wanted : roundDown(wanted + extent - 1, extent);
  }

  /**
   * To be asked of what becomes a volume of that size; a snapshot of one that has it already need
   * not.
   *
   * @throws Failure OUT_OF_RANGE for one that nobody could use, however much the pool promises
   */
  static void requireUsable(long sizeBytes) {
    if (sizeBytes > LARGEST_VOLUME) {
      throw Failure.outOfRange(
          "a volume has %d bytes at most, and %d are asked for; ask for less"
              .formatted(LARGEST_VOLUME, sizeBytes));
    }
  }

  /**
   * @param lv which may be counted already
   * @throws Failure OUT_OF_RANGE or RESOURCE_EXHAUSTED when the pool cannot promise that size to it
   */
  void requireRoom(String lv, long sizeBytes, Deadline deadline) {
    ThinPoolReport report = report(deadline);
    String refusal = refusal(report);
    if (!refusal.isEmpty()) {
      throw Failure.resourceExhausted(refusal);
    }
    Room.require(
        name,
        sizeBytes,
        total(report),
        total(report),
        promises.sumWithout(lv),
        "extend thin pool %s/%s with lvextend".formatted(group, thinPool));
  }
}
