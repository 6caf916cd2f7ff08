package io.mooring.node.multipath;

import static java.util.Objects.requireNonNull;

/**
 * A path that multipathd keeps in its list, whether or not it is in a map.
 *
 * @param name {@code sdX}
 * @param wwid as multipathd writes it; of any form, since other people's disks are listed, too
 * @param hctl the address as text, {@code 3:0:0:1}
 */
public record KnownPath(String name, String wwid, String hctl) {
  public KnownPath {
    requireNonNull(name, "name is null");
    requireNonNull(wwid, "wwid is null");
    requireNonNull(hctl, "hctl is null");
  }
}
