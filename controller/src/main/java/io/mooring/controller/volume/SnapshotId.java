package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * CSI's {@code snapshot_id}: {@code <storage target>/snap-<serial>}. It says where the snapshot is,
 * and can never be taken for a volume's.
 *
 * @param target the storage target's name
 * @param serial 32 lower-case hex digits
 */
public record SnapshotId(String target, String serial) implements ObjectId {
  private static final String MARK = "/snap-";

  public SnapshotId {
    requireNonNull(target, "target is null");
    requireNonNull(serial, "serial is null");
  }

  /** Empty for a text that is no id of ours, so that no snapshot can have it. */
  public static Optional<SnapshotId> parse(String text) {
    return ObjectId.parse(text, MARK).map(id -> new SnapshotId(id.target(), id.serial()));
  }

  @Override
  public String toString() {
    return target + MARK + serial;
  }
}
