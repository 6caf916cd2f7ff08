package io.mooring.controller.kube;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.mooring.controller.audit.Orphan;
import io.mooring.controller.volume.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * What a finding of the audit is about.
 *
 * @param kind as {@link Orphan.Kind#word}
 * @param object the volume's or the snapshot's id
 * @param target the storage target's name
 * @param node the node's name; null where it is about none
 * @param nodeUuid null where it is about no node, or where that is not known
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record OrphanSpec(
    String kind, String object, String target, @Nullable String node, @Nullable String nodeUuid) {
  static OrphanSpec of(Orphan orphan) {
    return new OrphanSpec(
        orphan.kind().word(),
        orphan.object(),
        orphan.target(),
        orphan.node().map(NodeId::name).orElse(null),
        orphan.node().map(NodeId::uuid).filter(uuid -> !uuid.isEmpty()).orElse(null));
  }
}
