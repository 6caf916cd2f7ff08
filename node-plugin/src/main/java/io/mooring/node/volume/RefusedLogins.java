package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.TargetPortal;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Logins that a target has refused for good. The same one is not tried again for a while, whoever
 * asks: the answer would be the same, and the target would be stormed.
 */
final class RefusedLogins {
  private final Ticker ticker;
  private final Duration pause;
  private final ConcurrentHashMap<TargetPortal, Refusal> refusals = new ConcurrentHashMap<>();

  private record Refusal(long revision, Failure failure, long atNanos) {}

  RefusedLogins(Ticker ticker, Duration pause) {
    this.ticker = requireNonNull(ticker, "ticker is null");
    this.pause = requireNonNull(pause, "pause is null");
  }

  /**
   * Why a login there is not tried now.
   *
   * @param revision of the secrets it would be made with, 0 for none: with others it is another
   *     login
   */
  Optional<Failure> of(TargetPortal target, long revision) {
    return Optional.ofNullable(refusals.get(target))
        .filter(refusal -> refusal.revision() == revision)
        .filter(refusal -> ticker.nanos() - refusal.atNanos() < pause.toNanos())
        .map(refusal -> new Failure(refusal.failure().kind(), refusal.failure().sentence()));
  }

  /** After which time it is tried again. */
  Duration pause() {
    return pause;
  }

  void remember(TargetPortal target, long revision, Failure failure) {
    refusals.put(target, new Refusal(revision, failure, ticker.nanos()));
  }

  void forget(TargetPortal target) {
    refusals.remove(target);
  }
}
