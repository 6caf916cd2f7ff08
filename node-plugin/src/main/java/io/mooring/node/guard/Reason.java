package io.mooring.node.guard;

/** Why a path counts as dead. */
public enum Reason {
  /** The link that its packets leave by has no carrier, or nothing leads to the portal any more. */
  CARRIER("carrier"),
  /** What was sent is not acknowledged, though it was sent again. */
  SILENCE("silence");

  private final String label;

  Reason(String label) {
    this.label = label;
  }

  /** For metrics and Events. */
  public String label() {
    return label;
  }
}
