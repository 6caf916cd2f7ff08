package io.mooring.controller.audit;

import io.mooring.controller.volume.NodeId;
import io.mooring.controller.volume.VolumeId;
import java.util.Map;
import java.util.Set;

/** What nodes hold. */
@FunctionalInterface
public interface Holders {
  /** Nobody has said anything. */
  Holders UNKNOWN = Map::of;

  /** By node, of all that are linked and have said it. */
  Map<NodeId, Set<VolumeId>> held();
}
