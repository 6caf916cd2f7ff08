package io.mooring.e2e.bench;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * What is to be measured.
 *
 * @param luns up to how many LUNs
 * @param parts in their order
 */
record BenchArguments(int luns, Set<Part> parts) {
  private static final int LUNS = 300;
  private static final int MANY_LUNS = 1000;

  /**
   * Reads {@code [--long] [--only PART[,PART...]]}.
   *
   * @throws IllegalArgumentException on anything else
   */
  static BenchArguments of(List<String> words) {
    int luns = LUNS;
    Set<Part> parts = EnumSet.allOf(Part.class);
    Iterator<String> rest = words.iterator();
    while (rest.hasNext()) {
      String word = rest.next();
      if (word.equals("--long")) {
        luns = MANY_LUNS;
      } else if (word.equals("--only") && rest.hasNext()) {
        parts = EnumSet.noneOf(Part.class);
        Arrays.stream(rest.next().split(",", -1)).map(Part::called).forEach(parts::add);
      } else {
        throw new IllegalArgumentException(
            "unknown argument %s; usage: [--long] [--only PART[,PART...]]".formatted(word));
      }
    }
    return new BenchArguments(luns, parts);
  }
}
