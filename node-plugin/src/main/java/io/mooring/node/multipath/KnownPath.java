package io.mooring.node.multipath;

import static java.util.Objects.requireNonNull;

/**
 * A path that multipathd keeps in its list, whether or not it is in a map.
 *
 * @param name {@code sdX}
 * @param wwid as multipathd writes it; of any form, since other people's disks are listed, too
 * @param hctl the address as text, {@code 3:0:0:1}
 * @param usable whether the kernel sends I/O of a map to it and the checker found it ready
 */
public record KnownPath(String name, String wwid, String hctl, boolean usable) {
  public KnownPath {
    requireNonNull(name, "name is null");
    requireNonNull(wwid, "wwid is null");
    requireNonNull(hctl, "hctl is null");
  }
}
