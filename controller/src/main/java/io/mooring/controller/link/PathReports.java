package io.mooring.controller.link;

import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.mooring.controller.path.Attachment;
import io.mooring.controller.path.Failover;
import io.mooring.controller.path.PathState;
import io.mooring.controller.path.PathState.State;
import io.mooring.controller.path.Pod;
import io.mooring.controller.volume.VolumeId;
import io.mooring.link.v1.PathReport;
import io.mooring.link.v1.PathStatus;
import io.mooring.link.v1.VolumePaths;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads what a node says of its paths. It goes into objects that people read, so what has not the
 * form that it should have is left out: a volume with a bad id or WWID, pods, and single words.
 */
final class PathReports {
  private static final Pattern WWID = Pattern.compile("3[0-9a-f]{32}");
  private static final Pattern WORD = Pattern.compile("[-.:\\[\\]%A-Za-z0-9]{1,64}");
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?");
  private static final Pattern UID = Pattern.compile("[0-9a-f-]{8,63}");
  private static final int MOST_PATHS = 64;

  /** Each hears of each change. */
  private static final int MOST_PODS = 16;

  private static final int LONGEST_SENTENCE = 500;
  private static final Duration LONGEST = Duration.ofHours(1);

  private PathReports() {}

  static List<Attachment> read(PathReport report) {
    return report.getVolumesList().stream().flatMap(volume -> read(volume).stream()).toList();
  }

  private static Optional<Attachment> read(VolumePaths volume) {
    List<PathState> paths =
        volume.getPathsList().stream().limit(MOST_PATHS).map(PathReports::read).toList();
    return VolumeId.parse(volume.getVolumeId())
        .filter(_ -> WWID.matcher(volume.getWwid()).matches())
        .map(id ->
            new Attachment(
                id,
                volume.getWwid(),
                word(volume.getMap()),
                Math.max(expected(paths), Math.min(volume.getExpected(), MOST_PATHS)),
                paths,
                failover(volume),
                pods(volume),
                Math.max(0, volume.getPortalsRevision())));
  }

  private static List<Pod> pods(VolumePaths volume) {
    return volume.getPodsList().stream()
        .filter(pod -> LABEL.matcher(pod.getNamespace()).matches())
        .filter(pod -> NAME.matcher(pod.getName()).matches())
        .filter(pod -> UID.matcher(pod.getUid()).matches())
        .limit(MOST_PODS)
        .map(pod -> new Pod(pod.getNamespace(), pod.getName(), pod.getUid()))
        .toList();
  }

  private static int expected(List<PathState> paths) {
    return (int) paths.stream().filter(PathState::expected).count();
  }

  private static PathState read(PathStatus path) {
    State state =
        switch (path.getState()) {
          case READY -> State.READY;
          case MISSING -> State.MISSING;
          case LEAVING -> State.LEAVING;
          case DRAINED -> State.DRAINED;
          case FAILED, STATE_UNSPECIFIED, UNRECOGNIZED -> State.FAILED;
        };
    return new PathState(
        word(path.getPortal()),
        word(path.getDevice()),
        Math.max(0, path.getSession()),
        state,
        sentence(path.getNote()));
  }

  private static Optional<Failover> failover(VolumePaths volume) {
    io.mooring.link.v1.Failover failover = volume.getLastFailover();
    if (!failover.hasAt() || !Timestamps.isValid(failover.getAt())) {
      return Optional.empty();
    }
    return Optional.of(
        new Failover(
            Instant.ofEpochMilli(Timestamps.toMillis(failover.getAt())),
            took(failover),
            word(failover.getPortal()),
            word(failover.getReason())));
  }

  private static Optional<Duration> took(io.mooring.link.v1.Failover failover) {
    return failover.hasTook() && Durations.isValid(failover.getTook())
        ? Optional.of(Duration.ofMillis(Durations.toMillis(failover.getTook())))
            .filter(time -> !time.isNegative() && time.compareTo(LONGEST) <= 0)
        : Optional.empty();
  }

  /** One line, and not a long one. */
  private static String sentence(String text) {
    String line = text.replaceAll("[^\\x20-\\x7e]", "?");
    return line.substring(0, Math.min(line.length(), LONGEST_SENTENCE));
  }

  private static String word(String text) {
    return WORD.matcher(text).matches() ? text : "";
  }
}
