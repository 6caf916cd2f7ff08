package io.mooring.node.scsi;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The world-wide identity of a logical unit, written as multipath writes it: {@code 3} and the 16
 * or 32 hex digits of its NAA designator (SPC-5 7.7.6, VPD page 0x83).
 */
public record Wwid(String value) {
  private static final Pattern FORM = Pattern.compile("3(?:[0-9a-f]{16}|[0-9a-f]{32})");

  /** LIO's NAA-6 designators begin with this; 25 digits of the unit serial number follow. */
  private static final String LIO_PREFIX = "36001405";

  private static final int LIO_DIGITS = 25;

  public Wwid {
    requireNonNull(value, "value is null");
    if (!FORM.matcher(value).matches()) {
      throw Failure.invalidArgument(
          "WWID '" + value + "' is not a 3 followed by 16 or 32 lower-case hex digits");
    }
  }

  /**
   * The WWID that LIO gives to a backstore with that unit serial number.
   *
   * @param serial 32 lower-case hex digits
   */
  public static Wwid ofLioSerial(String serial) {
    if (!serial.matches("[0-9a-f]{32}")) {
      throw Failure.invalidArgument("serial '" + serial + "' is not 32 lower-case hex digits");
    }
    return new Wwid(LIO_PREFIX + serial.substring(0, LIO_DIGITS));
  }

  /** From sysfs's writing, {@code naa.6001405...}; empty for another kind of designator. */
  public static Optional<Wwid> ofSysfs(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    if (!lower.startsWith("naa.")) {
      return Optional.empty();
    }
    String value = "3" + lower.substring("naa.".length());
    return FORM.matcher(value).matches() ? Optional.of(new Wwid(value)) : Optional.empty();
  }

  @Override
  public String toString() {
    return value;
  }
}
