package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.store.Documents;
import io.mooring.runtime.time.Deadline;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metadata snapshot of a thin pool: metadata as they were at one moment, which programs can
 * read while the pool is in use. A pool has one at most, and keeps it through crashes and reboots;
 * so it is written down that it is ours before it is made. Not thread-safe.
 */
final class MetadataSnapshot {
  private static final Logger LOG = LoggerFactory.getLogger(MetadataSnapshot.class);

  private final String pool;
  private final String group;
  private final String thinPool;
  private final Lvm lvm;
  private final DeviceMapper mapper;
  private final Documents<HeldMetadata> held;

  /**
   * That of one pool.
   *
   * @param pool its name in the configuration
   * @param held which are ours, by that name
   */
  MetadataSnapshot(
      String pool,
      String group,
      String thinPool,
      Lvm lvm,
      DeviceMapper mapper,
      Documents<HeldMetadata> held) {
    this.pool = requireNonNull(pool, "pool is null");
    this.group = requireNonNull(group, "group is null");
    this.thinPool = requireNonNull(thinPool, "thinPool is null");
    this.lvm = requireNonNull(lvm, "lvm is null");
    this.mapper = requireNonNull(mapper, "mapper is null");
    this.held = requireNonNull(held, "held is null");
  }

  /** Whether one may be there that is ours. */
  boolean isHeld() {
    return held.get(pool).isPresent();
  }

  /**
   * Makes it, and proves it.
   *
   * @throws Failure UNAVAILABLE when somebody else's is there, or somebody works on the pool
   */
  void reserve(Deadline deadline) {
    release(deadline);
    ThinPoolDevice device = usable(deadline);
    held.put(pool, new HeldMetadata(device.name(), 0));
    FailPoints.pass("agent.blocks.after-document");
    if (!mapper.reserveMetadata(device, deadline)) {
      held.remove(pool); // the kernel has refused it: what is there now is not ours
      throw Failure.unavailable(
          "the kernel makes no metadata snapshot of pool %s; try again, and look at this host's kernel log"
              .formatted(pool));
    }
    FailPoints.pass("agent.blocks.after-reserve");
    ThinPoolDevice reserved = held(deadline);
    held.put(pool, new HeldMetadata(reserved.name(), reserved.metadataSnapshot()));
  }

  /** The pool that has it. */
  ThinPoolDevice held(Deadline deadline) {
    ThinPoolDevice device = device(deadline);
    if (!device.hasMetadataSnapshot()) {
      throw Failure.unavailable(
          "the metadata snapshot of pool %s has been released by somebody else; try again"
              .formatted(pool));
    }
    return device;
  }

  private ThinPoolDevice usable(Deadline deadline) {
    ThinPoolDevice device = device(deadline);
    if (device.hasMetadataSnapshot()) {
      throw Failure.unavailable(
          "pool %s has a metadata snapshot of somebody else, and it can have one only; try again when it is released (dmsetup message %s 0 release_metadata_snap)"
              .formatted(pool, device.name()));
    }
    if (!device.writable()) {
      throw Failure.failedPrecondition(
          "the metadata of pool %s are read-only; repair it (lvconvert --repair %s/%s)"
              .formatted(pool, group, thinPool));
    }
    if (mapper.areSuspended(Set.of(device.name()))) {
      throw Failure.unavailable(
          "pool %s is suspended; try again when nobody works on it with LVM or dmsetup"
              .formatted(pool));
    }
    return device;
  }

  /** LVM lets a pool go of which no volume is active; its snapshots never are. */
  private ThinPoolDevice device(Deadline deadline) {
    String name = DeviceMapper.poolName(group, thinPool);
    if (!mapper.isThere(name)) {
      lvm.activate(group, thinPool, deadline);
    }
    return mapper.thinPool(name, deadline);
  }

  /** Removes it if it is there and ours, and proves it. */
  void release(Deadline deadline) {
    Optional<HeldMetadata> ours = held.get(pool);
    if (ours.isEmpty()) {
      return;
    }
    ThinPoolDevice device = device(deadline);
    if (device.hasMetadataSnapshot() && ours.get().isOf(device)) {
      mapper.releaseMetadata(device, deadline);
      FailPoints.pass("agent.blocks.after-release");
      if (device(deadline).hasMetadataSnapshot()) {
        throw Failure.internal(
            "pool %s still has its metadata snapshot after release_metadata_snap; look at this host's kernel log"
                .formatted(pool));
      }
    } else if (device.hasMetadataSnapshot()) {
      LOG.warn("the metadata snapshot of pool {} is not ours and stays", pool);
    }
    held.remove(pool);
  }
}
