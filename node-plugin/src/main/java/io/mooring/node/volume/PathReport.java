package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Portal;
import io.mooring.node.iscsi.Session;
import io.mooring.node.iscsi.SessionState;
import io.mooring.node.multipath.UsablePaths;
import io.mooring.runtime.claim.Claim;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells how the paths of the staged volumes are, for whoever shows it. Sysfs says which there are,
 * multipathd which of them work; while it does not answer, those that are there count. A path that
 * should be is told of for as long as its volume is staged, whether or not it has a device.
 */
public final class PathReport {
  private static final Logger LOG = LoggerFactory.getLogger(PathReport.class);
  private static final Duration MULTIPATHD = Duration.ofSeconds(2);

  private final PathCensus census;
  private final Devices devices;
  private final Consumer<State> told;

  /**
   * One path that should be.
   *
   * @param up whether I/O can take it
   */
  public record Path(String volumeId, Claim claim, Portal portal, boolean up) {}

  /**
   * What is told.
   *
   * @param sessions the state of each of ours
   */
  public record State(List<Path> paths, List<SessionState> sessions) {
    public State {
      paths = List.copyOf(paths);
      sessions = List.copyOf(sessions);
    }
  }

  PathReport(PathCensus census, Devices devices, Consumer<State> told) {
    this.census = requireNonNull(census, "census is null");
    this.devices = requireNonNull(devices, "devices is null");
    this.told = requireNonNull(told, "told is null");
  }

  /** One round; the caller repeats it. */
  void round() {
    List<PathCensus.Entry> entries = census.take();
    Predicate<PathCensus.Entry> works = entries.isEmpty() ? _ -> false : working();
    told.accept(
        new State(
            entries.stream()
                .map(entry ->
                    new Path(
                        entry.volume().volumeId(),
                        entry.volume().claimed(),
                        entry.route().portal(),
                        entry.up() && works.test(entry)))
                .toList(),
            devices.initiator().sessions().stream().map(Session::state).toList()));
  }

  private Predicate<PathCensus.Entry> working() {
    try {
      UsablePaths usable = UsablePaths.of(devices.maps(), Deadline.after(MULTIPATHD));
      return entry ->
          entry
              .session()
              .map(session -> entry.route().disk(session).toString())
              .filter(hctl -> usable.include(entry.volume().wwid(), hctl))
              .isPresent();
    } catch (Failure e) {
      LOG.debug("multipathd: {}", e.sentence());
      return _ -> true;
    }
  }
}
