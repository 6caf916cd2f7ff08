package io.mooring.controller.audit;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.audit.ClusterBeliefs.Attached;
import io.mooring.controller.audit.ClusterBeliefs.Recorded;
import io.mooring.controller.audit.Orphan.Kind;
import io.mooring.controller.target.Publication;
import io.mooring.controller.target.StoredSnapshot;
import io.mooring.controller.target.StoredVolume;
import io.mooring.controller.volume.NodeId;
import io.mooring.controller.volume.SnapshotId;
import io.mooring.controller.volume.VolumeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What Kubernetes, storage hosts and nodes believed at one look. Who could not be asked is not in
 * it, and of whom nothing is known nothing is said.
 *
 * @param hosts by storage target, those that answered
 * @param nodes what each linked node holds, those that have said it
 */
public record View(
    ClusterBeliefs cluster, Map<String, HostBeliefs> hosts, Map<NodeId, Set<VolumeId>> nodes) {
  public View {
    requireNonNull(cluster, "cluster is null");
    hosts = Map.copyOf(hosts);
    nodes = Map.copyOf(nodes);
  }

  /** Where they disagree. */
  public List<Orphan> orphans() {
    List<Orphan> orphans = new ArrayList<>();
    hosts.forEach((target, host) -> {
      for (StoredVolume volume : host.volumes()) {
        VolumeId id = new VolumeId(target, volume.serial());
        orphanVolume(id, volume).ifPresent(orphans::add);
        orphanPublications(id, volume, orphans);
      }
      for (StoredSnapshot snapshot : host.snapshots()) {
        orphanSnapshot(new SnapshotId(target, snapshot.serial())).ifPresent(orphans::add);
      }
    });
    cluster.records().forEach(record -> lostVolume(record).ifPresent(orphans::add));
    cluster.attached().forEach(attached -> lostPublication(attached).ifPresent(orphans::add));
    nodes.forEach(
        (node, held) -> held.forEach(volume -> strayUse(node, volume).ifPresent(orphans::add)));
    return List.copyOf(orphans);
  }

  /**
   * Whether everybody was asked whose word the finding needs: where it is not found again, it is
   * over.
   */
  public boolean knows(Orphan orphan) {
    return hosts.containsKey(orphan.target())
        && (orphan.kind() != Kind.STRAY_USE || orphan.node().filter(nodes::containsKey).isPresent())
        && (orphan.kind() != Kind.ORPHAN_SNAPSHOT || cluster.snapshots().isPresent());
  }

  /**
   * Why the thing must not be removed as things are, in one sentence; empty where it may, provided
   * that an administrator has consented. Nothing of which somebody knows is removed.
   */
  public Optional<String> obstacle(Orphan orphan) {
    return switch (orphan.kind()) {
      case ORPHAN_VOLUME -> obstacleOfVolume(orphan);
      case ORPHAN_PUBLICATION -> obstacleOfPublication(orphan);
      case LOST_VOLUME, LOST_PUBLICATION, STRAY_USE, ORPHAN_SNAPSHOT ->
          Optional.of("this is never removed by the controller");
    };
  }

  private Optional<String> obstacleOfVolume(Orphan orphan) {
    VolumeId id = VolumeId.parse(orphan.object()).orElseThrow();
    Optional<StoredVolume> volume = stored(id);
    if (volume.isEmpty()) {
      return Optional.of("its host does not answer, or does not have it any more");
    }
    Optional<Recorded> record = recordOf(id, volume.get().name());
    if (record.isPresent()) {
      return Optional.of(
          "MooringVolume %s records it; delete that first".formatted(record.get().name()));
    }
    if (!volume.get().publications().isEmpty()) {
      return Optional.of(
          "it is served to node " + volume.get().publications().getFirst().node().name());
    }
    if (cluster.attached().stream().anyMatch(one -> one.volume().equals(orphan.object()))) {
      return Optional.of("a VolumeAttachment names it");
    }
    for (Map.Entry<NodeId, Set<VolumeId>> node : nodes.entrySet()) {
      if (node.getValue().contains(id)) {
        return Optional.of("node " + node.getKey().name() + " holds it");
      }
    }
    return Optional.ofNullable(hosts.get(id.target())).stream()
        .flatMap(host -> host.snapshots().stream())
        .filter(snapshot -> snapshot.volumeSerial().equals(id.serial()))
        .findFirst()
        .map(snapshot ->
            "snapshot %s was made from it"
                .formatted(new SnapshotId(id.target(), snapshot.serial())));
  }

  private Optional<String> obstacleOfPublication(Orphan orphan) {
    Set<VolumeId> held = orphan.node().map(nodes::get).orElse(null);
    if (held == null) {
      return Optional.of(
          "whether node %s holds it is not known, since its node plugin is not linked"
              .formatted(orphan.nodeName()));
    }
    return VolumeId.parse(orphan.object()).filter(held::contains).isPresent()
        ? Optional.of("node " + orphan.nodeName() + " holds it")
        : Optional.empty();
  }

  private Optional<Recorded> recordOf(VolumeId id, String name) {
    return cluster.records().stream().filter(record -> record.isOf(id, name)).findFirst();
  }

  private Optional<StoredVolume> stored(VolumeId id) {
    return Optional.ofNullable(hosts.get(id.target())).stream()
        .flatMap(host -> host.volumes().stream())
        .filter(volume -> volume.serial().equals(id.serial()))
        .findFirst();
  }

  private static boolean isServed(StoredVolume volume, String node) {
    return volume.publications().stream().anyMatch(one -> one.node().name().equals(node));
  }

  private Optional<Orphan> orphanVolume(VolumeId id, StoredVolume volume) {
    if (cluster.volumes().contains(id.toString())) {
      return Optional.empty();
    }
    return Optional.of(
        new Orphan(
            Kind.ORPHAN_VOLUME,
            id.toString(),
            id.target(),
            Optional.empty(),
            "no PersistentVolume names it, it was made as \"%s\"%s; import it, or give it up"
                .formatted(
                    volume.name(),
                    recordOf(id, volume.name())
                        .map(record -> " and is recorded as MooringVolume " + record.name())
                        .orElse(""))));
  }

  private void orphanPublications(VolumeId id, StoredVolume volume, List<Orphan> orphans) {
    for (Publication publication : volume.publications()) {
      String node = publication.node().name();
      if (cluster.attached().stream().noneMatch(one -> one.isOf(id.toString(), node))) {
        orphans.add(
            new Orphan(
                Kind.ORPHAN_PUBLICATION,
                id.toString(),
                id.target(),
                Optional.of(NodeId.of(publication.node())),
                "it is served to the node without a VolumeAttachment; while it is, no other node can have it"));
      }
    }
  }

  private Optional<Orphan> orphanSnapshot(SnapshotId id) {
    return cluster
        .snapshots()
        .filter(known -> !known.contains(id.toString()))
        .map(_ ->
            new Orphan(
                Kind.ORPHAN_SNAPSHOT,
                id.toString(),
                id.target(),
                Optional.empty(),
                "no VolumeSnapshotContent names it; import it by one, with deletionPolicy Delete to have it removed"));
  }

  private Optional<Orphan> lostVolume(Recorded record) {
    HostBeliefs host = hosts.get(record.target());
    boolean there =
        host == null
            || host.volumes().stream()
                .anyMatch(volume ->
                    record.isOf(new VolumeId(record.target(), volume.serial()), volume.name()));
    if (there) {
      return Optional.empty();
    }
    return Optional.of(
        new Orphan(
            Kind.LOST_VOLUME,
            record.serial().map(serial -> record.target() + "/" + serial).orElse(record.csiName()),
            record.target(),
            Optional.empty(),
            "MooringVolume %s records it and its host does not have it; find out what became of it, then delete the record"
                .formatted(record.name())));
  }

  private Optional<Orphan> lostPublication(Attached attached) {
    return VolumeId.parse(attached.volume())
        .filter(_ -> attached.done())
        .filter(id -> stored(id).filter(volume -> !isServed(volume, attached.node())).isPresent())
        .map(id ->
            new Orphan(
                Kind.LOST_PUBLICATION,
                attached.volume(),
                id.target(),
                // Kubernetes does not tell which machine it means by the name.
                Optional.of(new NodeId(attached.node(), "")),
                "its VolumeAttachment says that it is attached, and its host does not serve it to the node; delete the pod, so that it is attached anew"));
  }

  private Optional<Orphan> strayUse(NodeId node, VolumeId id) {
    HostBeliefs host = hosts.get(id.target());
    boolean served =
        host == null
            || stored(id).stream()
                .flatMap(volume -> volume.publications().stream())
                .anyMatch(publication -> NodeId.of(publication.node()).equals(node));
    if (served) {
      return Optional.empty();
    }
    return Optional.of(
        new Orphan(
            Kind.STRAY_USE,
            id.toString(),
            id.target(),
            Optional.of(node),
            "the node holds it and its host does not serve it to the node: what was not written is lost; delete its pods there"));
  }
}
