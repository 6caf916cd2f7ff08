package io.mooring.agent;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.util.Timestamps;
import io.mooring.agent.identity.GroupRecord;
import io.mooring.agent.identity.Publication;
import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.agent.identity.Source;
import io.mooring.agent.identity.TargetNames;
import io.mooring.agent.identity.VolumeLimits;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.agent.lio.Portal;
import io.mooring.agent.pool.Pool;
import io.mooring.agent.pool.PoolStatus;
import io.mooring.agent.v1.Backend;
import io.mooring.agent.v1.FreedLun;
import io.mooring.agent.v1.GroupSnapshot;
import io.mooring.agent.v1.KnownNode;
import io.mooring.agent.v1.Node;
import io.mooring.agent.v1.Path;
import io.mooring.agent.v1.Severity;
import io.mooring.agent.v1.Snapshot;
import io.mooring.agent.v1.Volume;
import io.mooring.agent.volume.Finding;
import io.mooring.agent.volume.NodeAccess;
import java.util.List;

/** Records as messages of {@code mooring.agent.v1}. */
final class Messages {
  /** Every target has one portal group. */
  private static final int GROUP_TAG = 1;

  private final TargetNames names;
  private final List<Portal> portals;

  Messages(TargetNames names, List<Portal> portals) {
    this.names = requireNonNull(names, "names is null");
    this.portals = List.copyOf(portals);
  }

  Volume volume(VolumeRecord record) {
    Volume.Builder volume =
        Volume.newBuilder()
            .setSerial(record.serial().digits())
            .setName(record.name())
            .setPool(record.pool())
            .setSizeBytes(record.sizeBytes())
            .setWwid(record.serial().wwid())
            .setWritten(record.written());
    record.publications().forEach(one -> volume.addPublications(publication(record, one)));
    record.source().ifPresent(source -> volume.setSource(source(source)));
    if (record.limits().revision() > 0) {
      volume.setLimits(limits(record.limits()));
    }
    return volume.build();
  }

  private static io.mooring.agent.v1.VolumeLimits limits(VolumeLimits limits) {
    return io.mooring.agent.v1.VolumeLimits.newBuilder()
        .setReadIops(limits.readIops())
        .setWriteIops(limits.writeIops())
        .setReadBytesPerSecond(limits.readBytesPerSecond())
        .setWriteBytesPerSecond(limits.writeBytesPerSecond())
        .setRevision(limits.revision())
        .build();
  }

  private static io.mooring.agent.v1.Source source(Source source) {
    io.mooring.agent.v1.Source.Builder message = io.mooring.agent.v1.Source.newBuilder();
    return switch (source.kind()) {
      case SNAPSHOT -> message.setSnapshotSerial(source.serial().digits()).build();
      case VOLUME -> message.setVolumeSerial(source.serial().digits()).build();
    };
  }

  static Snapshot snapshot(SnapshotRecord record) {
    Snapshot.Builder snapshot =
        Snapshot.newBuilder()
            .setSerial(record.serial().digits())
            .setName(record.name())
            .setPool(record.pool())
            .setSizeBytes(record.sizeBytes())
            .setVolumeSerial(record.volume().digits())
            .setCreatedAt(Timestamps.fromMillis(record.createdAt().toEpochMilli()));
    snapshot.setCopying(!record.isReady());
    record.group().ifPresent(membership -> snapshot.setGroupSerial(membership.group().digits()));
    return snapshot.build();
  }

  static GroupSnapshot group(GroupRecord record) {
    return GroupSnapshot.newBuilder()
        .setSerial(record.serial().digits())
        .setName(record.name())
        .addAllSnapshots(record.members().stream().map(Messages::snapshot).toList())
        .setCreatedAt(Timestamps.fromMillis(record.createdAt().toEpochMilli()))
        .build();
  }

  io.mooring.agent.v1.Publication publication(VolumeRecord volume, Publication publication) {
    return io.mooring.agent.v1.Publication.newBuilder()
        .setNode(Node.newBuilder().setName(publication.nodeName()).setUuid(publication.nodeUuid()))
        .addPaths(
            Path.newBuilder()
                .setIqn(names.target(volume.cluster(), publication.nodeUuid()))
                .setTpgt(GROUP_TAG)
                .addAllPortals(portals())
                .setLun(publication.lun()))
        .setReadOnly(publication.readOnly())
        .build();
  }

  static KnownNode node(NodeAccess.Known node) {
    KnownNode.Builder known =
        KnownNode.newBuilder()
            .setNode(Node.newBuilder().setUuid(node.node().uuid()).setName(node.node().name()))
            .setChapRevision(node.chapRevision())
            .setAnswers(node.node().answers());
    node.node()
        .waiting()
        .forEach(freed ->
            known.addFreed(
                FreedLun.newBuilder()
                    .setIqn(node.iqn())
                    .setLun(freed.lun())
                    .setSerial(freed.serial())
                    .setToken(freed.token())));
    return known.build();
  }

  static io.mooring.agent.v1.Finding finding(Finding finding) {
    return io.mooring.agent.v1.Finding.newBuilder()
        .setSerial(finding.volume().digits())
        .setSeverity(
            switch (finding.severity()) {
              case INACCESSIBLE -> Severity.SEVERITY_INACCESSIBLE;
              case DATA_LOSS -> Severity.SEVERITY_DATA_LOSS;
            })
        .setReason(finding.reason())
        .setSentence(finding.sentence())
        .build();
  }

  List<io.mooring.agent.v1.Portal> portals() {
    return portals.stream()
        .map(portal ->
            io.mooring.agent.v1.Portal.newBuilder()
                .setAddress(portal.address())
                .setPort(portal.port())
                .build())
        .toList();
  }

  static io.mooring.agent.v1.Pool pool(Pool pool, PoolStatus status) {
    io.mooring.agent.v1.Pool.Builder message = io.mooring.agent.v1.Pool.newBuilder();
    status
        .use()
        .ifPresent(use -> {
          message.setUsedRatio(use.dataRatio());
          use.metadataRatio().ifPresent(message::setMetadataUsedRatio);
        });
    return message
        .setName(pool.name())
        .setBackend(
            switch (pool.backend()) {
              case THIN -> Backend.BACKEND_THIN;
              case FILE -> Backend.BACKEND_FILE;
            })
        .setTotalBytes(status.totalBytes())
        .setAvailableBytes(status.availableBytes())
        .setMaximumVolumeBytes(status.maximumVolumeBytes())
        .setRefusal(status.refusal())
        .build();
  }
}
