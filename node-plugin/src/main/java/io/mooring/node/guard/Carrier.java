package io.mooring.node.guard;

import static java.util.Objects.requireNonNull;

import io.mooring.node.network.Link;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** Judges the link below a connection. */
final class Carrier {
  /** How late a loss may be noticed at most, for comparing it with when something was heard. */
  private static final Duration TOLERANCE = Duration.ofMillis(50);

  private final Duration hold;
  private OptionalLong lostAt = OptionalLong.empty();
  private String name = "";

  Carrier(Duration hold) {
    this.hold = requireNonNull(hold, "hold is null");
  }

  /**
   * @param link where the connection's packets leave now, if anywhere
   */
  void observe(Optional<Link> link, long nanos) {
    boolean there = link.isPresent() && link.get().carrier();
    link.ifPresent(now -> name = now.name());
    if (there) {
      lostAt = OptionalLong.empty();
    } else if (lostAt.isEmpty()) {
      lostAt = OptionalLong.of(nanos);
    }
  }

  boolean lost() {
    return lostAt.isPresent();
  }

  /** For how long it has been lost; zero when it is not. */
  Duration lasting(long nanos) {
    return lostAt.isPresent() ? Duration.ofNanos(nanos - lostAt.getAsLong()) : Duration.ZERO;
  }

  /**
   * Lost for longer than the hold, and nothing was heard since: a connection that is still answered
   * has another way than the one that was looked at.
   */
  boolean dead(long nanos, Duration sinceAck) {
    return lost()
        && lasting(nanos).compareTo(hold) >= 0
        && sinceAck.plus(TOLERANCE).compareTo(lasting(nanos)) >= 0;
  }

  /** The link's name, for messages; empty while none was seen. */
  String name() {
    return name;
  }
}
