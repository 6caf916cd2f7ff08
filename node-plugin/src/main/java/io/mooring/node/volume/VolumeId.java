package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.scsi.Identity;
import io.mooring.node.scsi.Wwid;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A volume's name in CSI: {@code <StorageTarget name>/<serial>}. The WWID follows from it, so a
 * volume can be taken apart with no other state.
 *
 * @param target name of the StorageTarget, 1 to 63 characters
 * @param serial 32 lower-case hex digits, the LUN's unit serial number (SPC VPD page 0x80)
 */
public record VolumeId(String target, String serial) {
  private static final Pattern FORM =
      Pattern.compile("([a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?)/([0-9a-f]{32})");

  public VolumeId {
    requireNonNull(target, "target is null");
    requireNonNull(serial, "serial is null");
    if (!FORM.matcher(target + "/" + serial).matches()) {
      throw new IllegalArgumentException("not a volume id: " + target + "/" + serial);
    }
  }

  /** Empty where the text cannot be the id of any volume of Mooring's. */
  public static Optional<VolumeId> parse(String text) {
    Matcher parts = FORM.matcher(text);
    return parts.matches()
        ? Optional.of(new VolumeId(parts.group(1), parts.group(2)))
        : Optional.empty();
  }

  public Wwid wwid() {
    return Wwid.ofLioSerial(serial);
  }

  /** The serial as a uuid, for what the volume's content is known by. */
  public UUID uuid() {
    return new UUID(
        Long.parseUnsignedLong(serial, 0, Long.BYTES * 2, 16),
        Long.parseUnsignedLong(serial, Long.BYTES * 2, serial.length(), 16));
  }

  /** What every path of the volume must say about itself. */
  public Identity identity() {
    return new Identity(wwid(), serial);
  }

  @Override
  public String toString() {
    return target + "/" + serial;
  }
}
