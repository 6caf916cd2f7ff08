package io.mooring.controller.csi;

import static io.mooring.runtime.rpc.PluginIdentity.FABRIC_KEY;

import io.mooring.controller.volume.Fabrics;
import io.mooring.csi.v1.Topology;
import io.mooring.csi.v1.TopologyRequirement;
import io.mooring.runtime.failure.Failure;
import java.util.List;
import java.util.Set;

/**
 * Between CSI's topologies and fabrics: one key, whose value is a storage network's name. A node
 * has one value of it, a volume one per fabric of its storage target.
 */
final class Topologies {
  private Topologies() {}

  static Fabrics fabrics(TopologyRequirement requirement) {
    return new Fabrics(
        names("accessibility_requirements", requirement.getRequisiteList()),
        names("accessibility_requirements", requirement.getPreferredList()));
  }

  static Fabrics fabrics(Topology topology) {
    return topology.getSegmentsCount() == 0
        ? Fabrics.ANY
        : Fabrics.of(name("accessible_topology", topology));
  }

  private static List<String> names(String field, List<Topology> topologies) {
    return topologies.stream().map(topology -> name(field, topology)).distinct().toList();
  }

  private static String name(String field, Topology topology) {
    if (!topology.getSegmentsMap().keySet().equals(Set.of(FABRIC_KEY))) {
      throw Failure.invalidArgument(
          "%s: a topology has the segments %s; the only key is %s"
              .formatted(field, topology.getSegmentsMap(), FABRIC_KEY));
    }
    return topology.getSegmentsOrThrow(FABRIC_KEY);
  }

  static List<Topology> of(List<String> fabrics) {
    return fabrics.stream()
        .map(fabric -> Topology.newBuilder().putSegments(FABRIC_KEY, fabric).build())
        .toList();
  }
}
