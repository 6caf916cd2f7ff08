package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.Finding;
import java.util.List;

/**
 * How a volume is.
 *
 * @param findings what is wrong with it; empty when it is well
 */
public record VolumeHealth(VolumeId id, List<Finding> findings) {
  public VolumeHealth {
    requireNonNull(id, "id is null");
    findings = List.copyOf(findings);
  }
}
