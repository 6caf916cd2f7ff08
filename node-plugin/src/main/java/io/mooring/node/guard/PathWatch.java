package io.mooring.node.guard;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Session;
import io.mooring.node.network.Network;
import io.mooring.node.network.TcpConnection;
import io.mooring.node.network.TcpHealth;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** One path: a session, its connection, and what was seen of both. */
final class PathWatch {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  /** Most answers come sooner. */
  private static final Duration NOTICEABLE = Duration.ofMillis(100);

  private final Network network;
  private final Thresholds thresholds;
  private final Set<Hold> told = EnumSet.noneOf(Hold.class);
  private Session session;
  private Optional<TcpConnection> connection = Optional.empty();
  private Optional<Silence> silence = Optional.empty();
  private Optional<Unanswered> unanswered = Optional.empty();
  private Carrier carrier;
  private GrowingPause pause = new GrowingPause(FIRST_PAUSE, LONGEST_PAUSE);
  private Optional<Long> heldUntil = Optional.empty();

  PathWatch(Network network, Thresholds thresholds, Session session) {
    this.network = requireNonNull(network, "network is null");
    this.thresholds = requireNonNull(thresholds, "thresholds is null");
    this.session = requireNonNull(session, "session is null");
    this.carrier = new Carrier(thresholds.carrierHold());
  }

  /** How the session is now, and what it is connected by. */
  void update(Session now, Optional<TcpConnection> connectedBy) {
    session = now;
    if (!connection.equals(connectedBy)) {
      connection = connectedBy;
      forget();
    }
  }

  /** Another connection is another story. */
  void forget() {
    silence = Optional.empty();
    unanswered = Optional.empty();
    carrier = new Carrier(thresholds.carrierHold());
    forgive();
  }

  private void forgive() {
    told.clear();
    pause = new GrowingPause(FIRST_PAUSE, LONGEST_PAUSE);
    heldUntil = Optional.empty();
  }

  /** Looks at the connection, and at the link when asked to or when there is a doubt. */
  void look(boolean linkToo, long nanos) {
    Optional<TcpHealth> health = connection.flatMap(network::health);
    if (health.isEmpty()) {
      forget();
      return;
    }
    boolean fresh = silence.isEmpty() || !silence.get().isOf(health.get());
    if (fresh) {
      forget();
      silence = Optional.of(new Silence(thresholds, health.get(), nanos));
      unanswered = Optional.of(new Unanswered(nanos));
    } else {
      silence.get().observe(health.get(), nanos);
      unanswered.orElseThrow().observe(health.get(), nanos);
    }
    // News of links can be late or lost; a connection in trouble asks for itself.
    if (fresh || linkToo || carrier.lost() || silence.get().doubtful()) {
      carrier.observe(network.linkTowards(connection.orElseThrow()), nanos);
    }
    if (verdict(nanos) instanceof Verdict.Fine) {
      forgive();
    }
  }

  Verdict verdict(long nanos) {
    if (silence.isEmpty()) {
      return new Verdict.Unknown();
    }
    Silence heard = silence.get();
    if (carrier.dead(nanos, heard.sinceAck())) {
      return new Verdict.Dead(Reason.CARRIER, carrier.lasting(nanos));
    }
    if (heard.dead()) {
      Duration owed = owed();
      return new Verdict.Dead(
          Reason.SILENCE, owed.compareTo(heard.lasting()) > 0 ? owed : heard.lasting());
    }
    if (carrier.lost() || heard.doubtful()) {
      return new Verdict.Doubtful();
    }
    return new Verdict.Fine();
  }

  /** Whether it has to be looked at often: data are under way on it, or its link is gone. */
  boolean restless() {
    return silence.isPresent()
        && (silence.get().inUse() || carrier.lost() || owed().compareTo(NOTICEABLE) >= 0);
  }

  private Duration owed() {
    return unanswered.map(Unanswered::lasting).orElse(Duration.ZERO);
  }

  /** Whether TCP waits for nothing, and so would not notice if the other end went away. */
  boolean allAcknowledged() {
    return silence.isPresent() && !silence.get().inUse();
  }

  /** Whether something is unanswered for so long that its end may have gone. */
  boolean isOwedAnAnswer() {
    return owed().compareTo(thresholds.doubt()) >= 0;
  }

  /** What was sent so far is not answered, so that nothing is owed. */
  void excuse() {
    unanswered.ifPresent(Unanswered::excuse);
  }

  /**
   * Leaves it alone for a moment, which grows: whoever was asked about it is not asked all the
   * time.
   *
   * @return whether it is held for that reason for the first time in this trouble
   */
  boolean holdBack(Hold hold, long nanos) {
    heldUntil = Optional.of(pause.endOfNext(nanos));
    return told.add(hold);
  }

  /** Whether it is dead, and not left alone for now. */
  boolean isToBeGivenUp(long nanos) {
    return verdict(nanos) instanceof Verdict.Dead
        && (heldUntil.isEmpty() || nanos - heldUntil.get() >= 0);
  }

  Session session() {
    return session;
  }

  Optional<TcpConnection> connection() {
    return connection;
  }

  /** The socket's mark; only while it is watched. */
  long cookie() {
    return silence.orElseThrow().cookie();
  }

  /** For a log line: {@code no carrier on eth1 for 120 ms}. */
  String describe(Verdict.Dead dead) {
    Duration lasting = dead.lasting();
    return switch (dead.reason()) {
      case CARRIER ->
          "no carrier on %s for %d ms"
              .formatted(
                  carrier.name().isEmpty() ? "any link" : carrier.name(), lasting.toMillis());
      case SILENCE -> "nothing heard for %d ms".formatted(lasting.toMillis());
    };
  }
}
