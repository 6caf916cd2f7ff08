package io.mooring.controller.target;

import java.util.List;

/**
 * Some of the extents of a snapshot.
 *
 * @param sizeBytes the snapshot's
 * @param extents in ascending order, after those of the page before
 */
public record BlockPage(long sizeBytes, List<Extent> extents) {
  public BlockPage {
    extents = List.copyOf(extents);
  }
}
