package io.mooring.node.status;

/** Hears what each look of a {@link PathReporter} has seen, on its loop. */
public interface LookNotes {
  /** Everything, as it is now. */
  void seen(PathsSeen now);

  /**
   * A path was lost by the kernel's own timers, or by multipathd, while another one carried on;
   * once for all volumes that went over it.
   */
  void failedOverByKernel(Failover failover);
}
