package io.mooring.controller.target;

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

  /** The same part in other words. */
  public <R> AgentPage<R> map(Function<T, R> entry) {
    return new AgentPage<>(entries.stream().map(entry).toList(), more);
  }
}
