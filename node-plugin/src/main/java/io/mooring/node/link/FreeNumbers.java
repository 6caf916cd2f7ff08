package io.mooring.node.link;

/** Whether this node has nothing left at a LUN number. */
@FunctionalInterface
public interface FreeNumbers {
  /**
   * Looks now, and does not wait.
   *
   * @param iqn of the target
   * @param serial of the volume that the number led to; empty where that is not known
   */
  boolean isFree(String iqn, int lun, String serial);
}
