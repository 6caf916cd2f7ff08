package io.mooring.node.multipath;

import static java.util.Objects.requireNonNull;

import io.mooring.node.linux.DeviceNumber;

/**
 * A path of a map as multipathd sees it.
 *
 * @param name {@code sdX}
 * @param dmState the kernel's word: {@code active}, {@code failed} or {@code undef}
 * @param deviceState {@code running}, {@code offline} or {@code unknown}
 * @param checkState the checker's word: {@code ready}, {@code faulty}, {@code i/o pending}, ...
 * @param checker which checker is in use, for example {@code directio}
 */
public record MapPath(
    String name,
    DeviceNumber number,
    String dmState,
    String deviceState,
    String checkState,
    String checker) {
  public MapPath {
    requireNonNull(name, "name is null");
    requireNonNull(number, "number is null");
    requireNonNull(dmState, "dmState is null");
    requireNonNull(deviceState, "deviceState is null");
    requireNonNull(checkState, "checkState is null");
    requireNonNull(checker, "checker is null");
  }

  /** Whether I/O goes through and will go through. */
  public boolean usable() {
    return dmState.equals("active") && checkState.equals("ready");
  }
}
