package io.mooring.controller.volume;

import java.util.List;

/**
 * A part of a list.
 *
 * @param nextToken where the next one begins; empty on the last page
 */
public record Page<T>(List<T> entries, String nextToken) {
  public Page {
    entries = List.copyOf(entries);
  }
}
