package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.scsi.Hctl;
import io.mooring.runtime.failure.Failure;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** How far one route is in a round of bringing up paths. Written by its thread, read by others. */
final class PathAttempt implements PathNotes {
  /** The stations on the way. */
  enum State {
    /** Not known whether the portal answers. */
    SILENT,
    /** The portal answers. */
    ANSWERED,
    /** The path is in the map. */
    JOINED,
    /** It ended without a path. */
    FAILED
  }

  private final Route route;
  private final Set<Hctl> created = new HashSet<>();
  private State state = State.SILENT;
  private Optional<Failure> failure = Optional.empty();
  private Optional<Failure> wrong = Optional.empty();

  PathAttempt(Route route) {
    this.route = requireNonNull(route, "route is null");
  }

  Route route() {
    return route;
  }

  synchronized State state() {
    return state;
  }

  synchronized void answered() {
    state = State.ANSWERED;
  }

  synchronized void joined() {
    state = State.JOINED;
  }

  synchronized void failed(Failure why) {
    failure = Optional.of(why);
    state = State.FAILED;
  }

  synchronized boolean ended() {
    return state == State.JOINED || state == State.FAILED;
  }

  synchronized Optional<Failure> failure() {
    return failure;
  }

  @Override
  public synchronized void mayCreate(Hctl disk) {
    created.add(disk);
  }

  @Override
  public synchronized void wrongDisk(Failure why) {
    wrong = Optional.of(why);
  }

  synchronized Optional<Failure> wrongDisk() {
    return wrong;
  }

  synchronized Set<Hctl> created() {
    return Set.copyOf(created);
  }
}
