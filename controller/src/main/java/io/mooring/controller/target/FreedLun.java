package io.mooring.controller.target;

import static java.util.Objects.requireNonNull;

/**
 * A LUN number that was taken from a node.
 *
 * @param iqn of the node's target
 * @param serial of the volume that it led to; empty where that is not known any more
 * @param token of this freeing; a later one of the same number has another
 */
public record FreedLun(String iqn, int lun, String serial, String token) {
  public FreedLun {
    requireNonNull(iqn, "iqn is null");
    requireNonNull(serial, "serial is null");
    requireNonNull(token, "token is null");
  }
}
