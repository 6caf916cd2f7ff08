package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.StorageTarget;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * CSI's {@code volume_id}: {@code <storage target>/<serial>}, at most 96 characters. It says where
 * the volume is and which WWID it has, with no other state.
 *
 * @param target the storage target's name
 * @param serial 32 lower-case hex digits
 */
public record VolumeId(String target, String serial) implements ObjectId, Comparable<VolumeId> {
  private static final Pattern SERIAL = Pattern.compile("[0-9a-f]{32}");

  public VolumeId {
    requireNonNull(target, "target is null");
    requireNonNull(serial, "serial is null");
    if (!StorageTarget.isName(target) || !SERIAL.matcher(serial).matches()) {
      throw new IllegalArgumentException("no volume id: " + target + "/" + serial);
    }
  }

  /** Empty for a text that is no id of ours, so that no volume can have it. */
  public static Optional<VolumeId> parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return Optional.empty();
    }
    String target = text.substring(0, slash);
    String serial = text.substring(slash + 1);
    return StorageTarget.isName(target) && SERIAL.matcher(serial).matches()
        ? Optional.of(new VolumeId(target, serial))
        : Optional.empty();
  }

  /** The order of lists: by target, then by serial. */
  @Override
  public int compareTo(VolumeId other) {
    int byTarget = target.compareTo(other.target);
    return byTarget != 0 ? byTarget : serial.compareTo(other.serial);
  }

  @Override
  public String toString() {
    return target + "/" + serial;
  }
}
