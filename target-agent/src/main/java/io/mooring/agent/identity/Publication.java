package io.mooring.agent.identity;

import static java.util.Objects.requireNonNull;

/**
 * That a node has a volume.
 *
 * @param nodeUuid lower-case RFC 4122 text form; the node's initiator name follows from it
 * @param nodeName for people
 * @param lun 1..255, within the node's target
 * @param readOnly whether writes are refused on the target side
 * @param use as the caller asked for it
 */
public record Publication(String nodeUuid, String nodeName, int lun, boolean readOnly, Use use) {
  public Publication {
    requireNonNull(nodeUuid, "nodeUuid is null");
    requireNonNull(nodeName, "nodeName is null");
    if (lun < 1 || lun > 255) {
      throw new IllegalArgumentException("lun " + lun + " is not in 1..255");
    }
    requireNonNull(use, "use is null");
  }

  /** One that a version has recorded which did not record the use. */
  public Publication(String nodeUuid, String nodeName, int lun, boolean readOnly) {
    this(nodeUuid, nodeName, lun, readOnly, Use.UNKNOWN);
  }

  public Publication with(Use itsUse) {
    return new Publication(nodeUuid, nodeName, lun, readOnly, itsUse);
  }
}
