package io.mooring.node.multipath;

import static java.util.Objects.requireNonNull;

/**
 * A path that multipathd keeps in its list, whether or not it is in a map.
 *
 * @param name {@code sdX}
 * @param wwid as multipathd writes it; of any form, since other people's disks are listed, too
 * @param hctl the address as text, {@code 3:0:0:1}
 * @param dmState what device-mapper does with it: {@code active}, {@code failed}, or {@code undef}
 *     when it is in no map
 * @param checkState what the checker found, {@code ready} when all is well
 */
public record KnownPath(String name, String wwid, String hctl, String dmState, String checkState) {
  public KnownPath {
    requireNonNull(name, "name is null");
    requireNonNull(wwid, "wwid is null");
    requireNonNull(hctl, "hctl is null");
    requireNonNull(dmState, "dmState is null");
    requireNonNull(checkState, "checkState is null");
  }

  /** Whether the kernel sends I/O of a map to it and the checker found it ready. */
  public boolean usable() {
    return dmState.equals("active") && checkState.equals("ready");
  }

  /** Whether no I/O goes through although the checker finds nothing wrong with it. */
  public boolean leftFailed() {
    return dmState.equals("failed") && checkState.equals("ready");
  }
}
