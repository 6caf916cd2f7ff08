package io.mooring.controller.target;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A volume as one node has it.
 *
 * @param paths one entry per storage host that serves the LUN
 */
public record Publication(Node node, boolean readOnly, List<LunPath> paths) {
  public Publication {
    requireNonNull(node, "node is null");
    paths = List.copyOf(paths);
  }
}
