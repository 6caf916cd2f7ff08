package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;

/**
 * The flows' own time limits; each step also keeps the deadline of its operation.
 *
 * @param grace how long a stage waits for further paths after the first usable one, and only for
 *     portals that have answered
 * @param probe how long it may take until a portal is known to answer
 * @param deadPortal how long a portal that did not answer is left to the background
 * @param login for one session to come up
 * @param scans the pauses between scans for a LUN that does not appear
 * @param join for multipathd to take one path into its map
 * @param ready for a map to become usable
 * @param busy how long a busy map is tried again before its holder is named
 * @param gone for something removed to vanish from the kernel's view
 * @param settling for a disk to run and to show its size after it was asked to
 * @param pathsReturn how long an unstage waits for a path before it refuses
 */
public record Timings(
    Duration grace,
    Duration probe,
    Duration deadPortal,
    Duration login,
    List<Duration> scans,
    Duration join,
    Duration ready,
    Duration busy,
    Duration gone,
    Duration settling,
    Duration pathsReturn) {
  /** The values of the attach and detach algorithms. */
  public static final Timings STANDARD =
      new Timings(
          Duration.ofSeconds(2),
          Duration.ofSeconds(1),
          Duration.ofSeconds(30),
          Duration.ofSeconds(15),
          List.of(
              Duration.ofMillis(300),
              Duration.ofMillis(700),
              Duration.ofSeconds(1),
              Duration.ofSeconds(2),
              Duration.ofSeconds(4),
              Duration.ofSeconds(7)),
          Duration.ofSeconds(40),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          Duration.ofSeconds(3),
          Duration.ofSeconds(30));

  public Timings {
    requireNonNull(grace, "grace is null");
    requireNonNull(probe, "probe is null");
    requireNonNull(deadPortal, "deadPortal is null");
    requireNonNull(login, "login is null");
    scans = List.copyOf(scans);
    requireNonNull(join, "join is null");
    requireNonNull(ready, "ready is null");
    requireNonNull(busy, "busy is null");
    requireNonNull(gone, "gone is null");
    requireNonNull(settling, "settling is null");
    requireNonNull(pathsReturn, "pathsReturn is null");
  }
}
