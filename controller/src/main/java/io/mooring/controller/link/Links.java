package io.mooring.controller.link;

import io.grpc.Status;
import io.mooring.controller.path.Attachment;
import io.mooring.controller.volume.NodeId;
import io.mooring.controller.volume.VolumeId;
import io.mooring.link.v1.LunAnswer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The nodes that are linked to this replica, by name. */
public final class Links {
  private static final Logger LOG = LoggerFactory.getLogger(Links.class);

  private final ConcurrentMap<String, LinkedNode> nodes = new ConcurrentHashMap<>();
  private final List<LinkListener> listeners = new CopyOnWriteArrayList<>();

  void listener(LinkListener listener) {
    listeners.add(listener);
  }

  /** How many nodes are linked. */
  public int count() {
    return nodes.size();
  }

  /** The node of that name, if it is linked here. */
  Optional<LinkedNode> of(String nodeName) {
    return Optional.ofNullable(nodes.get(nodeName));
  }

  /** Those that hold the volume. */
  List<LinkedNode> holding(VolumeId volume) {
    return nodes.values().stream().filter(node -> node.holdings().contains(volume)).toList();
  }

  /** Whether the node of that name is linked here. */
  public boolean has(String nodeName) {
    return nodes.containsKey(nodeName);
  }

  /** What the nodes hold that have said it. */
  public Map<NodeId, Set<VolumeId>> held() {
    return nodes.values().stream()
        .filter(LinkedNode::hasTold)
        .collect(Collectors.toUnmodifiableMap(LinkedNode::id, LinkedNode::holdings));
  }

  /** All of them. */
  List<LinkedNode> all() {
    return List.copyOf(nodes.values());
  }

  /** The node has a stream now; an older one of the same node ends. */
  void join(LinkedNode node) {
    LinkedNode older = nodes.put(node.id().name(), node);
    if (older != null) {
      older.end(Status.ABORTED.withDescription("a newer stream of this node has taken over"));
    }
    LOG.info("node {} is linked", node.id());
    each(listener -> listener.joined(node));
  }

  /** Every stream ends: another replica leads now. */
  public void dismiss() {
    for (LinkedNode node : all()) {
      node.end(Status.UNAVAILABLE.withDescription("another replica of the controller leads now"));
      leave(node);
    }
  }

  void holds(LinkedNode node) {
    each(listener -> listener.holds(node));
  }

  /** Of a stream that a newer one has replaced, nothing is taken. */
  void reports(LinkedNode node, List<Attachment> all) {
    if (of(node.id().name()).filter(node::equals).isPresent()) {
      each(listener -> listener.reports(node, all));
    }
  }

  /** Nor from its answers. */
  void answers(LinkedNode node, LunAnswer answer) {
    if (of(node.id().name()).filter(node::equals).isPresent()) {
      each(listener -> listener.answers(node, answer));
    }
  }

  /** What one listener cannot do keeps neither the node out nor the others from their part. */
  private void each(Consumer<LinkListener> call) {
    for (LinkListener listener : listeners) {
      try {
        call.accept(listener);
      } catch (RuntimeException e) {
        LOG.error("{} failed", listener.getClass().getSimpleName(), e);
      }
    }
  }

  /** The node's stream has ended. */
  void leave(LinkedNode node) {
    if (nodes.remove(node.id().name(), node)) {
      LOG.info("node {} is not linked any more", node.id());
      each(listener -> listener.left(node));
    }
  }
}
