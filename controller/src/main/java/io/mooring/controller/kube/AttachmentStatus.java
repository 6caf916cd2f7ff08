package io.mooring.controller.kube;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.mooring.controller.path.Attachment;
import io.mooring.controller.path.Failover;
import io.mooring.controller.path.PathState;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a volume's paths are on a node, as it said last.
 *
 * @param state {@code Healthy}, {@code Degraded} or {@code Down}; {@code Unknown} while the node
 *     cannot say it
 * @param summary ready and expected paths, {@code 2/2}; for people
 * @param wwid as dm-multipath writes it
 * @param map {@code dm-N}; empty where there is no map
 * @param lastFailover null where none is known
 * @param reportedAt since when all of this is so
 * @param portalsRevision by which order about portals the node goes; null without one
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AttachmentStatus(
    @Nullable String state,
    @Nullable String summary,
    int expected,
    int ready,
    @Nullable String wwid,
    @Nullable String map,
    List<PathEntry> paths,
    @Nullable FailoverEntry lastFailover,
    @Nullable String reportedAt,
    @Nullable Long portalsRevision) {
  static final String HEALTHY = "Healthy";
  static final String DEGRADED = "Degraded";
  static final String DOWN = "Down";
  static final String UNKNOWN = "Unknown";

  public AttachmentStatus {
    paths = Lists.orEmpty(paths);
  }

  /**
   * One path.
   *
   * @param portal {@code address:port}
   * @param device {@code sdX}; empty where there is no disk
   * @param session its number; 0 where there is none
   * @param state {@code Ready}, {@code Failed}, {@code Missing}, {@code Leaving} or {@code Drained}
   * @param message why a path that is to leave does not; null in all other cases
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record PathEntry(
      String portal, String device, int session, String state, @Nullable String message) {
    static final String READY = "Ready";
    static final String DRAINED = "Drained";
    private static final String LEAVING = "Leaving";

    private static PathEntry of(PathState path) {
      return new PathEntry(
          path.portal(),
          path.device(),
          path.session(),
          switch (path.state()) {
            case READY -> READY;
            case FAILED -> "Failed";
            case MISSING -> "Missing";
            case LEAVING -> LEAVING;
            case DRAINED -> DRAINED;
          },
          path.note().isEmpty() ? null : path.note());
    }

    boolean isReady() {
      return state.equals(READY);
    }

    boolean isLeaving() {
      return state.equals(LEAVING) && session > 0;
    }

    /** Whether it should be there. */
    boolean isExpected() {
      return !state.equals(LEAVING) && !isDrained();
    }

    /** Whether nothing of it is on the node, and nothing will be. */
    boolean isDrained() {
      return state.equals(DRAINED);
    }
  }

  /**
   * A path was lost while another one carried on.
   *
   * @param milliseconds for which I/O on it waited; null where that is not known
   * @param portal of the path that was lost
   * @param reason {@code carrier}, {@code silence} or {@code kernel}
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record FailoverEntry(
      String at, @Nullable Long milliseconds, String portal, String reason) {
    static final String KERNEL = "kernel";

    private static FailoverEntry of(Failover failover) {
      return new FailoverEntry(
          failover.at().truncatedTo(ChronoUnit.MILLIS).toString(),
          failover.took().map(Duration::toMillis).orElse(null),
          failover.portal(),
          failover.reason());
    }
  }

  /**
   * What a node says now.
   *
   * @param old what is written; its last failover stays where the node knows of none, since a node
   *     plugin that starts has forgotten
   */
  static AttachmentStatus of(Attachment now, @Nullable AttachmentStatus old, Instant time) {
    AttachmentStatus said = said(now, old, time);
    return old != null && old.isUnknown() && said.saysTheSameAs(old.known()) ? old.known() : said;
  }

  private static AttachmentStatus said(
      Attachment now, @Nullable AttachmentStatus old, Instant time) {
    List<PathEntry> paths = now.paths().stream().map(PathEntry::of).toList();
    int ready = (int) paths.stream().filter(PathEntry::isReady).count();
    return new AttachmentStatus(
        state(ready, now.expected(), paths.stream().anyMatch(PathEntry::isLeaving)),
        ready + "/" + now.expected(),
        now.expected(),
        ready,
        now.wwid(),
        now.map(),
        paths,
        now.lastFailover().map(FailoverEntry::of).orElse(old == null ? null : old.lastFailover()),
        time.truncatedTo(ChronoUnit.SECONDS).toString(),
        now.portalsRevision() == 0 ? null : now.portalsRevision());
  }

  /**
   * @param leaving whether a path is left that is to go; it carries I/O until then
   */
  private static String state(int ready, int expected, boolean leaving) {
    if (ready == 0) {
      return leaving ? DEGRADED : DOWN;
    }
    return ready < expected ? DEGRADED : HEALTHY;
  }

  boolean isUnknown() {
    return UNKNOWN.equals(state);
  }

  /** The same, said by a node that cannot be asked any more. */
  AttachmentStatus unknown() {
    return in(UNKNOWN);
  }

  /** The same, said by a node that can be asked again. */
  AttachmentStatus known() {
    return in(state(ready, expected, paths.stream().anyMatch(PathEntry::isLeaving)));
  }

  private AttachmentStatus in(String other) {
    return new AttachmentStatus(
        other,
        summary,
        expected,
        ready,
        wwid,
        map,
        paths,
        lastFailover,
        reportedAt,
        portalsRevision);
  }

  /** Whether there should be a path over that portal. */
  boolean expects(String portal) {
    return paths.stream().anyMatch(path -> path.portal().equals(portal) && path.isExpected());
  }

  /** Whether there is nothing new in it. */
  boolean saysTheSameAs(@Nullable AttachmentStatus other) {
    return other != null
        && new AttachmentStatus(
                state,
                summary,
                expected,
                ready,
                wwid,
                map,
                paths,
                lastFailover,
                other.reportedAt(),
                portalsRevision)
            .equals(other);
  }
}
