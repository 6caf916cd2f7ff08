package io.mooring.node.guard;

/** Why a dead path is left to the kernel's own timers. */
public enum Hold {
  /** A map has no other live path. */
  LAST_PATH("last-path"),
  /** Its path was given up so often lately that the kernel's timers may have it for a while. */
  RATE("rate"),
  /** Neither multipathd nor the kernel says how the other paths are. */
  UNKNOWN("unknown"),
  /** No map waits for it. */
  NO_MAP("no-map"),
  /** The target does not confirm that it has ended the session. */
  TARGET("target"),
  /** The kernel does not do what was asked. */
  KERNEL("kernel");

  private final String label;

  Hold(String label) {
    this.label = label;
  }

  /** For metrics and Events. */
  public String label() {
    return label;
  }
}
