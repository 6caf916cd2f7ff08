package io.mooring.node.selftest;

import java.util.List;

/**
 * What a self-test found, in sentences that name the thing and the remedy.
 *
 * @param lacks without these no volume can be attached
 * @param warnings these let volumes be attached, yet are known to end badly
 */
public record Findings(List<String> lacks, List<String> warnings) {
  public Findings {
    lacks = List.copyOf(lacks);
    warnings = List.copyOf(warnings);
  }

  /** Whether volumes can be attached. */
  public boolean usable() {
    return lacks.isEmpty();
  }
}
