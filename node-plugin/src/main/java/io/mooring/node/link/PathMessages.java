package io.mooring.node.link;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.mooring.link.v1.NodeMessage;
import io.mooring.link.v1.PathReport;
import io.mooring.link.v1.PathStatus.State;
import io.mooring.node.status.Failover;
import io.mooring.node.status.PathStatus;
import io.mooring.node.status.VolumePaths;
import io.mooring.node.volume.Pod;
import java.time.Instant;
import java.util.List;

/** How paths are told. */
final class PathMessages {
  private PathMessages() {}

  static NodeMessage report(List<VolumePaths> volumes) {
    PathReport.Builder report = PathReport.newBuilder();
    volumes.forEach(volume -> report.addVolumes(message(volume)));
    return NodeMessage.newBuilder().setPaths(report).build();
  }

  private static io.mooring.link.v1.VolumePaths message(VolumePaths volume) {
    io.mooring.link.v1.VolumePaths.Builder message =
        io.mooring.link.v1.VolumePaths.newBuilder()
            .setVolumeId(volume.volume().toString())
            .setWwid(volume.wwid().value())
            .setMap(volume.map())
            .setExpected(volume.expected())
            .setPortalsRevision(volume.portalsRevision());
    volume.paths().forEach(path -> message.addPaths(message(path)));
    volume.pods().forEach(pod -> message.addPods(message(pod)));
    volume.lastFailover().ifPresent(failover -> message.setLastFailover(message(failover)));
    return message.build();
  }

  private static io.mooring.link.v1.Pod message(Pod pod) {
    return io.mooring.link.v1.Pod.newBuilder()
        .setNamespace(pod.namespace())
        .setName(pod.name())
        .setUid(pod.uid())
        .build();
  }

  private static io.mooring.link.v1.PathStatus message(PathStatus path) {
    return io.mooring.link.v1.PathStatus.newBuilder()
        .setPortal(path.target().portal().toString())
        .setDevice(path.device())
        .setSession(path.session())
        .setState(
            switch (path.state()) {
              case READY -> State.READY;
              case FAILED -> State.FAILED;
              case MISSING -> State.MISSING;
              case LEAVING -> State.LEAVING;
              case DRAINED -> State.DRAINED;
            })
        .setNote(path.note())
        .build();
  }

  private static io.mooring.link.v1.Failover message(Failover failover) {
    Instant at = failover.at();
    io.mooring.link.v1.Failover.Builder message =
        io.mooring.link.v1.Failover.newBuilder()
            .setAt(Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()))
            .setPortal(failover.portal().toString())
            .setReason(failover.reason());
    failover
        .took()
        .ifPresent(took ->
            message.setTook(
                Duration.newBuilder().setSeconds(took.getSeconds()).setNanos(took.getNano())));
    return message.build();
  }
}
