package io.mooring.controller.target;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A part of what one storage host has, ordered by serial.
 *
 * @param more whether further entries follow
 */
public record AgentPage<T>(List<T> entries, boolean more) {
  public AgentPage {
    entries = List.copyOf(entries);
  }

  /**
   * Everything, page by page.
   *
   * @param ask for the page after a serial; empty for the first one
   * @param serial of an entry
   */
  public static <T> List<T> all(Function<String, AgentPage<T>> ask, Function<T, String> serial) {
    List<T> all = new ArrayList<>();
    boolean more = true;
    while (more) {
      AgentPage<T> page = ask.apply(all.isEmpty() ? "" : serial.apply(all.getLast()));
      all.addAll(page.entries());
      more = page.more() && !page.entries().isEmpty();
    }
    return all;
  }

  /** The same part in other words. */
  public <R> AgentPage<R> map(Function<T, R> entry) {
    return new AgentPage<>(entries.stream().map(entry).toList(), more);
  }
}
