package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;

/** What a file pool can promise, and what its file system has left. */
final class FileSpace {
  /** Sizes are whole multiples of this. */
  static final long UNIT = 4L << 20;

  private final String name;
  private final Path directory;
  private final PoolLimits limits;
  private final ImageFiles images;
  private final Promises promises = new Promises();

  FileSpace(String name, Path directory, PoolLimits limits, ImageFiles images) {
    this.name = requireNonNull(name, "name is null");
    this.directory = requireNonNull(directory, "directory is null");
    this.limits = requireNonNull(limits, "limits is null");
    this.images = requireNonNull(images, "images is null");
  }

  /** What volumes, by serial, and snapshots, by object name, have been promised. */
  Promises promises() {
    return promises;
  }

  PoolStatus status(Deadline deadline) {
    ImageFiles.Space space = images.space();
    String refusal = refusal(space);
    long ours = ours(space, deadline);
    long capacity = capacity(ours);
    long promised = promises.sum();
    long available = refusal.isEmpty() ? Math.max(0, (capacity - promised) / UNIT * UNIT) : 0;
    return new PoolStatus(
        capacity, available, available, refusal, Optional.of(use(space, ours, promised)));
  }

  /** Why writers wait now; empty while they do not. */
  Optional<String> overflow() {
    return images.space().usableBytes() > 0
        ? Optional.empty()
        : Optional.of(
            "the file system of %s is full, so that writers wait; make room or extend it"
                .formatted(directory));
  }

  /**
   * What other files have taken is not the pool's to promise. Blocks that images share are counted
   * with each, so the sum may be more than there is.
   */
  private long ours(ImageFiles.Space space, Deadline deadline) {
    return Math.min(space.totalBytes(), space.usableBytes() + images.allocatedBytes(deadline));
  }

  private long capacity(long ours) {
    return (long) (ours * limits.overCommit()) / UNIT * UNIT;
  }

  private static PoolUse use(ImageFiles.Space space, long ours, long promised) {
    double free = ours == 0 ? 0 : Math.min(1, (double) space.usableBytes() / ours);
    return new PoolUse(ours, promised, 1 - free, OptionalDouble.empty());
  }

  private String refusal(ImageFiles.Space space) {
    double used =
        100.0 * (space.totalBytes() - space.usableBytes()) / Math.max(1, space.totalBytes());
    return used < limits.fullPercent()
        ? ""
        : "the file system of %s is %.1f %% full; extend it, or remove what is not needed"
            .formatted(directory, used);
  }

  /**
   * Whether the pool can promise that size.
   *
   * @param id of what may be counted already
   * @throws Failure OUT_OF_RANGE or RESOURCE_EXHAUSTED when it cannot
   */
  void requireRoom(String id, long sizeBytes, Deadline deadline) {
    ImageFiles.Space space = images.space();
    String refusal = refusal(space);
    if (!refusal.isEmpty()) {
      throw Failure.resourceExhausted(refusal);
    }
    Room.require(
        name,
        sizeBytes,
        capacity(space.totalBytes()), // other files can go
        capacity(ours(space, deadline)),
        promises.sumWithout(id),
        "extend the file system of " + directory);
  }

  /**
   * Whether so much can really be written, whatever was promised, before the pool counts as full.
   *
   * @throws Failure RESOURCE_EXHAUSTED when it cannot
   */
  void requireFree(long bytes) {
    ImageFiles.Space space = images.space();
    long limit = (long) (space.totalBytes() * (limits.fullPercent() / 100.0));
    long free = limit - (space.totalBytes() - space.usableBytes());
    if (free < bytes) {
      throw Failure.resourceExhausted(
          "a copy needs %d bytes and the file system of %s takes %d until it is %d %% full; extend it, or remove what is not needed"
              .formatted(bytes, directory, Math.max(0, free), limits.fullPercent()));
    }
  }
}
