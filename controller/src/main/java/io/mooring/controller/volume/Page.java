package io.mooring.controller.volume;

import io.mooring.runtime.failure.Failure;
import java.util.List;
import java.util.function.Function;

/**
 * A part of a list.
 *
 * @param nextToken where the next one begins; empty on the last page
 */
public record Page<T>(List<T> entries, String nextToken) {
  public Page {
    entries = List.copyOf(entries);
  }

  /**
   * A call's number of entries.
   *
   * @param maxEntries as the caller gave it
   * @throws Failure INVALID_ARGUMENT for a negative one
   * @return how many to look for: one more than wanted tells whether there is a next page
   */
  static int enough(int maxEntries) {
    if (maxEntries < 0) {
      throw Failure.invalidArgument("max_entries %d is negative".formatted(maxEntries));
    }
    return maxEntries == 0 || maxEntries == Integer.MAX_VALUE ? Integer.MAX_VALUE : maxEntries + 1;
  }

  /**
   * The first page of what was found.
   *
   * @param id of an entry; the last one's on a page is the token of the next
   */
  static <T> Page<T> of(List<T> found, int maxEntries, Function<T, String> id) {
    return maxEntries == 0 || found.size() <= maxEntries
        ? new Page<>(found, "")
        : new Page<>(found.subList(0, maxEntries), id.apply(found.get(maxEntries - 1)));
  }
}
