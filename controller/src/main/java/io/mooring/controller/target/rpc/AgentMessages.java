package io.mooring.controller.target.rpc;

import com.google.protobuf.Timestamp;
import io.mooring.agent.v1.Backend;
import io.mooring.agent.v1.GroupSnapshot;
import io.mooring.agent.v1.Path;
import io.mooring.agent.v1.Pool;
import io.mooring.agent.v1.Severity;
import io.mooring.agent.v1.Snapshot;
import io.mooring.agent.v1.Source;
import io.mooring.agent.v1.Target;
import io.mooring.agent.v1.Volume;
import io.mooring.controller.target.CopySource;
import io.mooring.controller.target.Finding;
import io.mooring.controller.target.FreedLun;
import io.mooring.controller.target.Fullness;
import io.mooring.controller.target.KnownNode;
import io.mooring.controller.target.LunPath;
import io.mooring.controller.target.Node;
import io.mooring.controller.target.PoolState;
import io.mooring.controller.target.Portal;
import io.mooring.controller.target.Publication;
import io.mooring.controller.target.StoredGroup;
import io.mooring.controller.target.StoredSnapshot;
import io.mooring.controller.target.StoredVolume;
import io.mooring.controller.target.TargetState;
import io.mooring.controller.target.VolumeLimits;
import io.mooring.runtime.chap.Chap;
import io.mooring.runtime.failure.Failure;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * From an agent's messages to the controller's records. What a node will trust with data is checked
 * here: a serial, a WWID or a LUN number that cannot be is refused.
 */
final class AgentMessages {
  private static final Pattern SERIAL = Pattern.compile("[0-9a-f]{32}");
  // The kernel's LIO target makes the NAA identifier of its OUI and the serial's first 25 digits.
  private static final String WWID_PREFIX = "36001405";
  private static final int WWID_SERIAL_DIGITS = 25;
  private static final int HIGHEST_LUN = 255;

  private AgentMessages() {}

  static TargetState target(Target target) {
    return new TargetState(
        target.getVersion(),
        target.getPortalsList().stream().map(AgentMessages::portal).toList(),
        target.getPoolsList().stream().map(AgentMessages::pool).toList());
  }

  private static PoolState pool(Pool pool) {
    return new PoolState(
        pool.getName(),
        backend(pool.getBackend()),
        pool.getTotalBytes(),
        pool.getAvailableBytes(),
        pool.getMaximumVolumeBytes(),
        pool.getRefusal(),
        new Fullness(
            ratio(pool.hasUsedRatio(), pool.getUsedRatio()),
            ratio(pool.hasMetadataUsedRatio(), pool.getMetadataUsedRatio())));
  }

  private static OptionalDouble ratio(boolean known, double ratio) {
    return known ? OptionalDouble.of(ratio) : OptionalDouble.empty();
  }

  private static String backend(Backend backend) {
    return switch (backend) {
      case BACKEND_THIN -> "thin";
      case BACKEND_FILE -> "file";
      case BACKEND_UNSPECIFIED, UNRECOGNIZED -> "";
    };
  }

  private static Portal portal(io.mooring.agent.v1.Portal portal) {
    return new Portal(portal.getAddress(), portal.getPort());
  }

  static StoredVolume volume(Volume volume) {
    String serial = serial("a volume", volume.getSerial());
    if (!volume.getWwid().equals(WWID_PREFIX + serial.substring(0, WWID_SERIAL_DIGITS))) {
      throw nonsense(
          "a volume with the serial %s and the WWID \"%s\"".formatted(serial, volume.getWwid()));
    }
    if (volume.getSizeBytes() <= 0) {
      throw nonsense("volume %s with a size of %d bytes".formatted(serial, volume.getSizeBytes()));
    }
    return new StoredVolume(
        serial,
        volume.getName(),
        volume.getPool(),
        volume.getSizeBytes(),
        volume.getWwid(),
        volume.getPublicationsList().stream().map(AgentMessages::publication).toList(),
        source(volume.getSource()),
        limits(serial, volume.getLimits()),
        volume.getWritten());
  }

  private static VolumeLimits limits(String serial, io.mooring.agent.v1.VolumeLimits limits) {
    boolean possible =
        limits.getReadIops() >= 0
            && limits.getWriteIops() >= 0
            && limits.getReadBytesPerSecond() >= 0
            && limits.getWriteBytesPerSecond() >= 0
            && limits.getRevision() >= 0;
    if (!possible) {
      throw nonsense("volume %s with a negative limit".formatted(serial));
    }
    return new VolumeLimits(
        limits.getReadIops(),
        limits.getWriteIops(),
        limits.getReadBytesPerSecond(),
        limits.getWriteBytesPerSecond(),
        limits.getRevision());
  }

  static io.mooring.agent.v1.VolumeLimits limits(VolumeLimits limits) {
    return io.mooring.agent.v1.VolumeLimits.newBuilder()
        .setReadIops(limits.readIops())
        .setWriteIops(limits.writeIops())
        .setReadBytesPerSecond(limits.readBytesPerSecond())
        .setWriteBytesPerSecond(limits.writeBytesPerSecond())
        .build();
  }

  private static String serial(String what, String serial) {
    if (!SERIAL.matcher(serial).matches()) {
      throw nonsense("%s with the serial \"%s\"".formatted(what, serial));
    }
    return serial;
  }

  private static Optional<CopySource> source(Source source) {
    return switch (source.getOfCase()) {
      case SNAPSHOT_SERIAL ->
          Optional.of(
              new CopySource(
                  CopySource.Kind.SNAPSHOT, serial("a source", source.getSnapshotSerial())));
      case VOLUME_SERIAL ->
          Optional.of(
              new CopySource(CopySource.Kind.VOLUME, serial("a source", source.getVolumeSerial())));
      case OF_NOT_SET -> Optional.empty();
    };
  }

  static Source source(CopySource source) {
    return switch (source.kind()) {
      case SNAPSHOT -> Source.newBuilder().setSnapshotSerial(source.serial()).build();
      case VOLUME -> Source.newBuilder().setVolumeSerial(source.serial()).build();
    };
  }

  static StoredSnapshot snapshot(Snapshot snapshot) {
    return new StoredSnapshot(
        serial("a snapshot", snapshot.getSerial()),
        snapshot.getName(),
        snapshot.getPool(),
        snapshot.getSizeBytes(),
        serial("a snapshot's volume", snapshot.getVolumeSerial()),
        instant(snapshot.getCreatedAt()),
        Optional.of(snapshot.getGroupSerial())
            .filter(group -> !group.isEmpty())
            .map(group -> serial("a snapshot's group", group)),
        !snapshot.getCopying());
  }

  private static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }

  static StoredGroup group(GroupSnapshot group) {
    String serial = serial("a group snapshot", group.getSerial());
    List<StoredSnapshot> snapshots =
        group.getSnapshotsList().stream().map(AgentMessages::snapshot).toList();
    if (snapshots.isEmpty()
        || !snapshots.stream().allMatch(one -> one.groupSerial().equals(Optional.of(serial)))) {
      throw nonsense(
          "group snapshot %s without snapshots, or with those of another".formatted(serial));
    }
    return new StoredGroup(serial, group.getName(), snapshots, instant(group.getCreatedAt()));
  }

  static Publication publication(io.mooring.agent.v1.Publication publication) {
    return new Publication(
        new Node(publication.getNode().getName(), publication.getNode().getUuid()),
        publication.getReadOnly(),
        publication.getPathsList().stream().map(AgentMessages::path).toList());
  }

  private static LunPath path(Path path) {
    if (path.getLun() < 1 || path.getLun() > HIGHEST_LUN) {
      throw nonsense("LUN number " + path.getLun());
    }
    if (path.getIqn().isEmpty() || path.getPortalsCount() == 0) {
      throw nonsense("a path without a target name or without a portal");
    }
    return new LunPath(
        path.getIqn(),
        path.getTpgt(),
        path.getLun(),
        path.getPortalsList().stream().map(AgentMessages::portal).toList());
  }

  static io.mooring.agent.v1.Node node(Node node) {
    return io.mooring.agent.v1.Node.newBuilder().setName(node.name()).setUuid(node.uuid()).build();
  }

  static KnownNode knownNode(io.mooring.agent.v1.KnownNode known) {
    return new KnownNode(
        new Node(known.getNode().getName(), known.getNode().getUuid()),
        known.getChapRevision(),
        known.getAnswers(),
        known.getFreedList().stream()
            .map(freed ->
                new FreedLun(freed.getIqn(), freed.getLun(), freed.getSerial(), freed.getToken()))
            .toList());
  }

  static io.mooring.agent.v1.FreedLun freed(FreedLun freed) {
    return io.mooring.agent.v1.FreedLun.newBuilder()
        .setIqn(freed.iqn())
        .setLun(freed.lun())
        .setSerial(freed.serial())
        .setToken(freed.token())
        .build();
  }

  static io.mooring.agent.v1.Chap chap(Chap chap) {
    return io.mooring.agent.v1.Chap.newBuilder()
        .setUser(chap.user())
        .setPassword(chap.password())
        .setMutualUser(chap.mutualUser())
        .setMutualPassword(chap.mutualPassword())
        .setRevision(chap.revision())
        .build();
  }

  static Failure nonsense(String what) {
    return Failure.internal("it reports " + what + ", which cannot be; look at its agent's log");
  }

  /** Empty for a severity that only a newer agent knows. */
  static Optional<Finding> finding(io.mooring.agent.v1.Finding finding) {
    return severity(finding.getSeverity())
        .map(severity ->
            new Finding(finding.getSerial(), severity, finding.getReason(), finding.getSentence()));
  }

  private static Optional<Finding.Severity> severity(Severity severity) {
    return switch (severity) {
      case SEVERITY_INACCESSIBLE -> Optional.of(Finding.Severity.INACCESSIBLE);
      case SEVERITY_DATA_LOSS -> Optional.of(Finding.Severity.DATA_LOSS);
      case SEVERITY_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
    };
  }
}
