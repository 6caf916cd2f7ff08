package io.mooring.controller.kube;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.kube.AttachmentStatus.PathEntry;
import io.mooring.controller.kube.TargetStatus.PortalStatus;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Who uses the portals of one storage host, by what its nodes said last. A node that has taken up
 * an order keeps it, also while it is not linked; so only what was said under the latest one
 * counts.
 *
 * @param revision of the order
 * @param volumes one entry per volume and node
 */
record PortalUse(long revision, List<OnNode> volumes) {
  PortalUse {
    volumes = List.copyOf(volumes);
  }

  /**
   * A volume on a node.
   *
   * @param volume for people
   * @param said empty where the node has said nothing of it
   */
  record OnNode(String node, String volume, Optional<AttachmentStatus> said) {
    OnNode {
      requireNonNull(node, "node is null");
      requireNonNull(volume, "volume is null");
      requireNonNull(said, "said is null");
    }
  }

  /** How a node ends a note of what is over in a moment: a call works on the volume or target. */
  private static final String PASSING = "; it is tried again";

  /** What keeps a portal from being done with: a sentence, and whether it ends by itself. */
  private record Obstacle(String node, boolean refused, String sentence) {}

  /** How far a portal is that nobody shall use. */
  PortalStatus leaving(String portal) {
    List<Obstacle> obstacles = obstacles(volume -> leaving(volume, portal));
    Optional<Obstacle> refused = obstacles.stream().filter(Obstacle::refused).findFirst();
    if (refused.isPresent()) {
      return status(portal, PortalStatus.REFUSED, obstacles, refused.get().sentence());
    }
    return obstacles.isEmpty()
        ? status(portal, PortalStatus.SAFE, obstacles, "no node uses it")
        : status(portal, PortalStatus.DRAINING, obstacles, obstacles.getFirst().sentence());
  }

  /** How far a portal is that may be used again; empty when all is as it was. */
  Optional<PortalStatus> returning(String portal) {
    List<Obstacle> obstacles = obstacles(volume -> returning(volume, portal));
    return obstacles.isEmpty()
        ? Optional.empty()
        : Optional.of(
            status(portal, PortalStatus.RETURNING, obstacles, obstacles.getFirst().sentence()));
  }

  private List<Obstacle> obstacles(Function<OnNode, Optional<Obstacle>> look) {
    return volumes.stream().flatMap(volume -> look.apply(volume).stream()).toList();
  }

  private PortalStatus status(
      String portal, String phase, List<Obstacle> obstacles, String message) {
    Set<String> nodes = volumes.stream().map(OnNode::node).collect(Collectors.toSet());
    Set<String> done = new HashSet<>(nodes);
    obstacles.forEach(obstacle -> done.remove(obstacle.node()));
    return new PortalStatus(portal, phase, done.size() + "/" + nodes.size(), message);
  }

  private Optional<Obstacle> leaving(OnNode volume, String portal) {
    Optional<Obstacle> unheard = unheard(volume);
    if (unheard.isPresent()) {
      return unheard;
    }
    Optional<PathEntry> path = path(volume, portal);
    if (path.filter(PathEntry::isDrained).isPresent()) {
      return Optional.empty();
    }
    // Under this order, since the node was heard; what it said under an older one is not looked at.
    Optional<String> note = path.flatMap(entry -> Optional.ofNullable(entry.message()));
    return Optional.of(
        note.map(why ->
                new Obstacle(
                    volume.node(),
                    !why.endsWith(PASSING),
                    "node %s keeps %s there: %s".formatted(volume.node(), volume.volume(), why)))
            .orElseGet(() ->
                new Obstacle(
                    volume.node(),
                    false,
                    "node %s is still taking %s away".formatted(volume.node(), volume.volume()))));
  }

  private Optional<Obstacle> returning(OnNode volume, String portal) {
    if (volume.said().isEmpty()) {
      return Optional.empty(); // it is not staged, so it misses no path
    }
    return unheard(volume)
        .or(() ->
            path(volume, portal).filter(PathEntry::isReady).isPresent()
                ? Optional.empty()
                : Optional.of(
                    new Obstacle(
                        volume.node(),
                        false,
                        "node %s has no path of %s there yet; see its MooringAttachment"
                            .formatted(volume.node(), volume.volume()))));
  }

  /** A node that has not said anything under the order. */
  private Optional<Obstacle> unheard(OnNode volume) {
    Optional<Long> heard =
        volume.said().flatMap(status -> Optional.ofNullable(status.portalsRevision()));
    if (heard.filter(last -> last >= revision).isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        new Obstacle(
            volume.node(),
            false,
            "node %s has not answered for %s; its plugin may be down, not linked, or older, or the volume is just being attached or detached"
                .formatted(volume.node(), volume.volume())));
  }

  private static Optional<PathEntry> path(OnNode volume, String portal) {
    return volume.said().stream()
        .flatMap(status -> status.paths().stream())
        .filter(path -> TargetReader.isSamePortal(path.portal(), portal))
        .findFirst();
  }
}
