package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.chap.NodeSecrets;
import io.mooring.controller.target.Fleet;
import io.mooring.controller.target.LunPath;
import io.mooring.controller.target.NodeUse;
import io.mooring.controller.target.Portal;
import io.mooring.controller.target.PortalPlan;
import io.mooring.controller.target.Publication;
import io.mooring.controller.target.PublishedVolume;
import io.mooring.controller.target.StorageTarget;
import io.mooring.runtime.chap.Chap;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.operation.Operations;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Gives volumes to nodes and takes them back. */
public final class Publishing {
  private static final Duration PUBLISH_LIMIT = Duration.ofSeconds(60);
  // Taking a LUN away waits for what the node had sent already.
  private static final Duration UNPUBLISH_LIMIT = Duration.ofSeconds(110);

  private final Fleet fleet;
  private final NodeSecrets secrets;
  private final Operations operations;
  private final DetachListener listener;

  /**
   * @param secrets with which nodes log in
   */
  public Publishing(
      Fleet fleet, NodeSecrets secrets, Operations operations, DetachListener listener) {
    this.fleet = requireNonNull(fleet, "fleet is null");
    this.secrets = requireNonNull(secrets, "secrets is null");
    this.operations = requireNonNull(operations, "operations is null");
    this.listener = requireNonNull(listener, "listener is null");
  }

  /**
   * Whether the volume's host serves it to the node of that name.
   *
   * @throws Failure NOT_FOUND without such a host; UNAVAILABLE while it does not answer
   */
  public static boolean isPublished(Fleet fleet, VolumeId id, String node, Deadline deadline) {
    return Volumes.agent(fleet, id).withSerial(id.serial(), deadline).stream()
        .flatMap(volume -> volume.publications().stream())
        .anyMatch(publication -> publication.node().name().equals(node));
  }

  private record ToNode(NodeId node, NodeUse use) {}

  /**
   * Maps the volume to the node, and to no other unless the capability is one for several.
   *
   * @param readOnly what the call says; a reader's capability makes it so as well
   * @return the publish context, see {@link PublishContext}
   * @throws Failure NOT_FOUND without such a volume or node; FAILED_PRECONDITION while another node
   *     has it, and one of the two for itself alone; ALREADY_EXISTS when this node has it with
   *     another read-only flag or an incompatible capability; INVALID_ARGUMENT for a use that is
   *     not offered
   */
  public Map<String, String> publish(
      String volumeId, String nodeId, boolean readOnly, Capability capability, Deadline caller) {
    capability.requireOffered("volume_capability");
    VolumeId id = Volumes.parse(volumeId);
    NodeId node =
        NodeId.parse(nodeId)
            .orElseThrow(() ->
                Failure.notFound(
                    "node %s does not exist: the id has not the form <node name>/<uuid>"
                        .formatted(nodeId)));
    ToNode request =
        new ToNode(
            node,
            new NodeUse(
                readOnly || capability.mode().readOnly(),
                capability.mode().singleNode(),
                capability.type() instanceof AccessType.Block));
    return operations.run(
        "volume " + id,
        "ControllerPublishVolume",
        request,
        PUBLISH_LIMIT,
        caller,
        deadline -> publish(id, request, deadline));
  }

  private Map<String, String> publish(VolumeId id, ToNode request, Deadline deadline) {
    StorageTarget target = Volumes.target(fleet, id);
    Optional<Chap> chap = secrets.of(request.node().name());
    PublishedVolume published =
        fleet
            .agent(target)
            .publish(id.serial(), request.node().node(), request.use(), chap, deadline);
    FailPoints.pass("controller.publish.after-agent");
    Publication publication = published.publication();
    // The node trusts the context; what does not match the request must never reach it.
    if (!published.volume().serial().equals(id.serial())
        || !publication.node().uuid().equals(request.node().uuid())
        || publication.readOnly() != request.use().readOnly()
        || publication.paths().isEmpty()) {
      throw Failure.internal(
          "storage target %s was asked to publish %s to %s and answered for %s, node %s; look at its agent's log"
              .formatted(
                  id.target(),
                  id,
                  request.node(),
                  published.volume().serial(),
                  publication.node().name()));
    }
    if (chap.isPresent() && !published.chap()) {
      throw Failure.failedPrecondition(
          "storage target %s knows nothing of CHAP, which node %s has secrets for; update its agent"
              .formatted(target.name(), request.node().name()));
    }
    return PublishContext.of(
        new PublishedVolume(published.volume(), shared(target, publication), published.chap()),
        target.share().revision());
  }

  /**
   * The publication with the portals that are to be used now.
   *
   * @throws Failure FAILED_PRECONDITION when that leaves none: with an empty list the node could
   *     not log in anywhere
   */
  private static Publication shared(StorageTarget target, Publication publication) {
    List<LunPath> paths =
        publication.paths().stream()
            .map(path ->
                new LunPath(
                    path.iqn(),
                    path.tpgt(),
                    path.lun(),
                    PortalPlan.of(target, path.portals()).wanted()))
            .filter(path -> !path.portals().isEmpty())
            .toList();
    if (paths.isEmpty()) {
      throw Failure.failedPrecondition(
          "storage target %s: none of its portals %s is among the portals %s to which it is restricted; correct spec.portals or the agent's portals"
              .formatted(
                  target.name(),
                  portals(publication.paths().stream().flatMap(path -> path.portals().stream())),
                  portals(target.share().portals().stream())));
    }
    return new Publication(publication.node(), publication.readOnly(), paths);
  }

  private static List<String> portals(Stream<Portal> portals) {
    return portals.map(Portal::hostPort).toList();
  }

  /**
   * The fence. Returns only after the storage host has confirmed that the node, alive or dead, can
   * no longer reach the volume.
   *
   * @param nodeId empty for every node; one that no node can have never had a volume
   * @throws Failure FAILED_PRECONDITION when the volume's storage target is not configured;
   *     whatever the agent says when it cannot promise it
   */
  public void unpublish(String volumeId, String nodeId, Deadline caller) {
    Optional<VolumeId> id = VolumeId.parse(volumeId);
    Optional<NodeId> node = NodeId.parse(nodeId);
    if (id.isPresent() && (node.isPresent() || nodeId.isEmpty())) {
      unpublish(id.get(), node, caller);
    }
  }

  private void unpublish(VolumeId id, Optional<NodeId> node, Deadline caller) {
    operations.run(
        "volume " + id,
        "ControllerUnpublishVolume",
        node,
        UNPUBLISH_LIMIT,
        caller,
        deadline -> {
          Volumes.agentOrRefuse(fleet, id).unpublish(id.serial(), node.map(NodeId::node), deadline);
          node.ifPresent(from -> listener.detached(id, from));
          return id;
        });
  }
}
