package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A volume that somebody wants.
 *
 * @param name the caller's key: one name, one volume; at most 128 bytes
 * @param capabilities at least one; the volume must be usable in each of these ways
 */
public record VolumeRequest(
    String name,
    SizeRange size,
    List<Capability> capabilities,
    Parameters parameters,
    Fabrics fabrics) {
  private static final int LONGEST_NAME = 128;

  /**
   * Checks what can be checked without asking anybody.
   *
   * @throws Failure INVALID_ARGUMENT for a name or a use that cannot be
   */
  public VolumeRequest {
    requireNonNull(size, "size is null");
    requireNonNull(parameters, "parameters is null");
    requireNonNull(fabrics, "fabrics is null");
    capabilities = List.copyOf(capabilities);
    if (name.isEmpty()) {
      throw Failure.invalidArgument("name is missing; give the volume a name");
    }
    if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
      throw Failure.invalidArgument(
          "name is longer than %d bytes; shorten it".formatted(LONGEST_NAME));
    }
    if (name.codePoints().anyMatch(VolumeRequest::banned)) {
      throw Failure.invalidArgument("name holds a control character; leave it out");
    }
    if (capabilities.isEmpty()) {
      throw Failure.invalidArgument(
          "volume_capabilities is missing; say how volume \"%s\" is to be used".formatted(name));
    }
    capabilities.forEach(capability -> capability.requireOffered("volume_capabilities"));
  }

  /** Specification, CreateVolumeRequest.name: control characters other than tab, LF and CR. */
  private static boolean banned(int c) {
    return c < 0x20 ? c != '\t' && c != '\n' && c != '\r' : c >= 0x7f && c <= 0x9f;
  }
}
