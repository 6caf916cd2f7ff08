package io.mooring.agent.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.TargetNames;
import io.mooring.agent.lio.Lio;
import io.mooring.runtime.chap.ChapEntry;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import java.util.List;
import java.util.Map;

/** What is known of nodes without a volume: what their targets demand, and which numbers rest. */
public final class NodeAccess {
  private final Nodes nodes;
  private final NodeChaps chaps;
  private final Lio lio;
  private final TargetNames names;

  public NodeAccess(Nodes nodes, NodeChaps chaps, Lio lio, TargetNames names) {
    this.nodes = requireNonNull(nodes, "nodes is null");
    this.chaps = requireNonNull(chaps, "chaps is null");
    this.lio = requireNonNull(lio, "lio is null");
    this.names = requireNonNull(names, "names is null");
  }

  /**
   * A node.
   *
   * @param iqn of its target
   * @param chapRevision of what its target demands; 0 where it never demanded anything
   */
  public record Known(Nodes.Known node, String iqn, long chapRevision) {
    public Known {
      requireNonNull(node, "node is null");
      requireNonNull(iqn, "iqn is null");
    }
  }

  /** The nodes of that cluster that have, or had, a volume here. */
  public List<Known> of(String cluster) {
    return nodes.of(cluster).stream()
        .map(node ->
            new Known(
                node, names.target(cluster, node.uuid()), chaps.revision(cluster, node.uuid())))
        .toList();
  }

  /** See {@link Nodes#release}. */
  public void release(String cluster, String uuid, boolean answers, Map<Integer, String> given) {
    nodes.release(cluster, uuid, answers, given);
  }

  /** Whether the node must prove itself. */
  public boolean demandsChap(String cluster, String uuid) {
    return chaps.of(cluster, uuid).isPresent();
  }

  /**
   * Records it and has the node's target demand it, if the kernel has one now; sessions go on.
   *
   * @throws Failure NOT_FOUND when the node never had anything here; otherwise as {@link
   *     NodeChaps#accept}
   */
  public void demand(String cluster, String uuid, ChapEntry entry) {
    if (nodes.of(cluster).stream().noneMatch(node -> node.uuid().equals(uuid))) {
      throw Failure.notFound("node " + uuid + " has no target on this host");
    }
    chaps.accept(cluster, uuid, entry);
    FailPoints.pass("agent.chap.after-record");
    lio.authenticate(
        names.target(cluster, uuid),
        TargetNames.initiator(uuid),
        // Not what this call brought: a newer one may have come meanwhile.
        () -> chaps.of(cluster, uuid));
  }
}
