package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import java.util.List;
import java.util.Optional;

/**
 * A volume that somebody wants.
 *
 * @param name the caller's key: one name, one volume; at most 128 bytes
 * @param capabilities at least one; the volume must be usable in each of these ways
 * @param origin what it shall be a copy of; empty for an empty volume
 */
public record VolumeRequest(
    String name,
    SizeRange size,
    List<Capability> capabilities,
    Parameters parameters,
    Fabrics fabrics,
    Optional<Origin> origin) {
  /**
   * Checks what can be checked without asking anybody.
   *
   * @throws Failure INVALID_ARGUMENT for a name or a use that cannot be
   */
  public VolumeRequest {
    requireNonNull(size, "size is null");
    requireNonNull(parameters, "parameters is null");
    requireNonNull(fabrics, "fabrics is null");
    requireNonNull(origin, "origin is null");
    capabilities = List.copyOf(capabilities);
    var _ = CsiName.require(name);
    if (capabilities.isEmpty()) {
      throw Failure.invalidArgument(
          "volume_capabilities is missing; say how volume \"%s\" is to be used".formatted(name));
    }
    capabilities.forEach(capability -> capability.requireOffered("volume_capabilities"));
    parameters.requireFitFor(capabilities);
  }
}
