package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * CSI's {@code group_snapshot_id}: {@code <storage target>/group-<serial>}. It says where the group
 * is.
 *
 * @param target the storage target's name
 * @param serial 32 lower-case hex digits
 */
public record GroupId(String target, String serial) implements ObjectId {
  private static final String MARK = "/group-";

  public GroupId {
    requireNonNull(target, "target is null");
    requireNonNull(serial, "serial is null");
  }

  /** Empty for a text that is no id of ours, so that no group can have it. */
  public static Optional<GroupId> parse(String text) {
    return ObjectId.parse(text, MARK).map(id -> new GroupId(id.target(), id.serial()));
  }

  @Override
  public String toString() {
    return target + MARK + serial;
  }
}
