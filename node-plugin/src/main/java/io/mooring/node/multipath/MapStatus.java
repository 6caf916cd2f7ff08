package io.mooring.node.multipath;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A map as multipathd sees it ({@code show map W json}).
 *
 * @param queueing what happens to I/O when no path is left
 * @param paths in the order of their groups
 */
public record MapStatus(Queueing queueing, List<MapPath> paths) {
  public MapStatus {
    requireNonNull(queueing, "queueing is null");
    paths = List.copyOf(paths);
  }

  public long usablePaths() {
    return paths.stream().filter(MapPath::usable).count();
  }
}
