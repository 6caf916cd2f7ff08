package io.mooring.agent.identity;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A volume's identity for its whole life: 32 lower-case hex digits, made once. SCSI shows all of
 * them in VPD page 0x80 and the first 25 in the NAA name of page 0x83, which the kernel's target
 * builds itself (drivers/target/target_core_spc.c).
 */
public record Serial(String digits) implements Comparable<Serial> {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");
  private static final int NAA_DIGITS = 25;
  private static final String OBJECT = "mooring-";
  private static final SecureRandom RANDOM = new SecureRandom();

  public Serial {
    if (!FORM.matcher(requireNonNull(digits, "digits is null")).matches()) {
      throw Failure.invalidArgument(
          "the serial \"" + digits + "\" is not 32 lower-case hexadecimal digits");
    }
  }

  /** A new one; 100 of its bits count for the WWID. */
  public static Serial random() {
    byte[] bytes = new byte[16];
    RANDOM.nextBytes(bytes);
    return new Serial(HexFormat.of().formatHex(bytes));
  }

  /** Whether a text can be a serial at all. */
  public static boolean isSerial(String text) {
    return FORM.matcher(text).matches();
  }

  /** As dm-multipath writes it: type 3 (NAA), NAA 6 with LIO's company id, 25 digits. */
  public String wwid() {
    return "36001405" + naaDigits();
  }

  /** What two volumes must never share, or multipath would take them for one. */
  public String naaDigits() {
    return digits.substring(0, NAA_DIGITS);
  }

  /** The name of everything that the host has of this volume. */
  public String objectName() {
    return OBJECT + digits;
  }

  /** From {@link #objectName}; empty for a name that is no volume's. */
  public static Optional<Serial> ofObject(String name) {
    return after(OBJECT, name);
  }

  /** The serial that follows the prefix; empty for a text that is not just the two. */
  static Optional<Serial> after(String prefix, String text) {
    return text.startsWith(prefix) && isSerial(text.substring(prefix.length()))
        ? Optional.of(new Serial(text.substring(prefix.length())))
        : Optional.empty();
  }

  @Override
  public int compareTo(Serial other) {
    return digits.compareTo(other.digits);
  }

  @Override
  public String toString() {
    return digits;
  }
}
