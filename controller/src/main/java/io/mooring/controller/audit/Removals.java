package io.mooring.controller.audit;

/** Removes what an administrator has given up. */
@FunctionalInterface
public interface Removals {
  /**
   * Removes the thing by the same way as CSI's calls do; nothing happens where it has gone.
   *
   * @throws io.mooring.runtime.failure.Failure when it cannot be, or must not be
   */
  void remove(Orphan orphan);
}
