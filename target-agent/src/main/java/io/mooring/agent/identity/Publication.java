package io.mooring.agent.identity;

import static java.util.Objects.requireNonNull;

/**
 * That a node has a volume.
 *
 * @param nodeUuid lower-case RFC 4122 text form; the node's initiator name follows from it
 * @param nodeName for people
 * @param lun 1..255, within the node's target
 * @param readOnly whether writes are refused on the target side
 */
public record Publication(String nodeUuid, String nodeName, int lun, boolean readOnly) {
  public Publication {
    requireNonNull(nodeUuid, "nodeUuid is null");
    requireNonNull(nodeName, "nodeName is null");
    if (lun < 1 || lun > 255) {
      throw new IllegalArgumentException("lun " + lun + " is not in 1..255");
    }
  }
}
