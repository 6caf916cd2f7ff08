package io.mooring.controller.kube;

/** Amounts of bytes as text. */
final class Amounts {
  private static final String[] UNITS = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
  private static final long STEP = 1024;
  // From here on the next larger unit is exact enough.
  private static final long LONGEST = 10 * STEP;

  private Amounts() {}

  /** For people, rounded down: {@code 143Gi}. */
  static String rounded(long bytes) {
    long amount = Math.max(0, bytes);
    int unit = 0;
    while (amount >= LONGEST && unit < UNITS.length - 1) {
      amount /= STEP;
      unit++;
    }
    return amount + UNITS[unit];
  }

  /** From a decimal number; 0 for anything else, which somebody must have written by hand. */
  static long bytes(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
