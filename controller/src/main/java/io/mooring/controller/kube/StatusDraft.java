package io.mooring.controller.kube;

import io.mooring.controller.kube.TargetStatus.Condition;
import io.mooring.controller.kube.TargetStatus.PoolStatus;
import io.mooring.controller.target.Answer;
import io.mooring.controller.target.PoolState;
import io.mooring.controller.target.Portal;
import io.mooring.controller.target.StorageTarget;
import io.mooring.controller.target.TargetState;
import io.mooring.runtime.failure.Failure;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The status that an object should have, and whether that is worth a write. */
final class StatusDraft {
  static final String READY = "Ready";
  static final String MAINTENANCE = "Maintenance";

  // Capacity moves all the time; a write per poll would be one every few seconds for ever.
  private static final int WORTH_WRITING_PARTS = 100;

  private StatusDraft() {}

  /**
   * After a look at the host.
   *
   * @param object with the status so far
   * @param upkeep of a host that has answered
   */
  static TargetStatus of(
      StorageTargetObject object, Answer<TargetState> answer, Upkeep upkeep, Instant now) {
    StorageTarget target = answer.target();
    return switch (answer) {
      case Answer.Given<TargetState>(_, TargetState state) -> {
        List<PoolState> pools = Verdict.poolsInUse(target, state);
        yield new TargetStatus(
            object.getMetadata().getGeneration(),
            state.version(),
            true,
            Amounts.rounded(pools.stream().mapToLong(PoolState::availableBytes).sum()),
            state.portals().stream().map(Portal::hostPort).toList(),
            pools.stream().map(StatusDraft::pool).toList(),
            upkeep.portals(),
            conditions(object, Verdict.of(target, state), upkeep, now));
      }
      case Answer.Failed<TargetState>(_, Failure failure) ->
          unseen(object, false, Verdict.of(target, failure), now);
    };
  }

  /** Of an object that cannot be used as it is: what was seen of the host before stays. */
  static TargetStatus of(StorageTargetObject object, String objection, Instant now) {
    return unseen(object, object.statusOrNone().reachable(), Verdict.badSpec(objection), now);
  }

  private static TargetStatus unseen(
      StorageTargetObject object, @Nullable Boolean reachable, Verdict verdict, Instant now) {
    TargetStatus old = object.statusOrNone();
    Upkeep upkeep =
        Upkeep.unknown(old, "it is not known who uses the portals: " + verdict.message());
    return new TargetStatus(
        object.getMetadata().getGeneration(),
        old.version(),
        reachable,
        old.available(),
        old.portals(),
        old.pools(),
        upkeep.portals(),
        conditions(object, verdict, upkeep, now));
  }

  private static PoolStatus pool(PoolState pool) {
    return new PoolStatus(
        pool.name(),
        pool.backend().isEmpty() ? null : pool.backend(),
        Long.toString(pool.totalBytes()),
        Long.toString(pool.availableBytes()),
        percent(pool.fullness().data()),
        percent(pool.fullness().metadata()),
        pool.refusal().isEmpty() ? null : pool.refusal());
  }

  /** Rounded down, so that 100 means full; 0.29 is no whole 29 hundredths as a double. */
  private static @Nullable Integer percent(OptionalDouble ratio) {
    return ratio.isPresent() ? (int) (100 * ratio.getAsDouble() + 1e-9) : null;
  }

  private static List<Condition> conditions(
      StorageTargetObject object, Verdict verdict, Upkeep upkeep, Instant now) {
    Condition ready =
        condition(
            object,
            READY,
            verdict.ready() ? "True" : "False",
            verdict.reason(),
            verdict.message(),
            now);
    return Stream.concat(
            Stream.of(ready),
            upkeep.outcome().stream()
                .map(said ->
                    condition(
                        object, MAINTENANCE, said.status(), said.reason(), said.message(), now)))
        .toList();
  }

  private static Condition condition(
      StorageTargetObject object,
      String type,
      String status,
      String reason,
      String message,
      Instant now) {
    Optional<Condition> old = object.statusOrNone().condition(type);
    String since =
        old.filter(condition -> condition.status().equals(status))
            .map(Condition::lastTransitionTime)
            .orElse(now.truncatedTo(ChronoUnit.SECONDS).toString());
    return new Condition(
        type, status, object.getMetadata().getGeneration(), since, reason, message);
  }

  /** Whether anybody would miss the difference; capacity that moved by less than 1 % is none. */
  static boolean worthWriting(TargetStatus old, TargetStatus fresh) {
    return !withoutAmounts(old).equals(withoutAmounts(fresh)) || moved(old, fresh);
  }

  private static TargetStatus withoutAmounts(TargetStatus status) {
    return new TargetStatus(
        status.observedGeneration(),
        status.version(),
        status.reachable(),
        null,
        status.portals(),
        status.pools().stream()
            .map(pool ->
                new PoolStatus(
                    pool.name(), pool.backend(), pool.total(), "", null, null, pool.refusal()))
            .toList(),
        status.maintenance(),
        status.conditions());
  }

  private static boolean moved(TargetStatus old, TargetStatus fresh) {
    for (int i = 0; i < fresh.pools().size(); i++) {
      PoolStatus then = old.pools().get(i);
      PoolStatus pool = fresh.pools().get(i);
      long before = Amounts.bytes(then.available());
      long change = Math.abs(Amounts.bytes(pool.available()) - before);
      if (change > 0 && change >= Amounts.bytes(pool.total()) / WORTH_WRITING_PARTS) {
        return true;
      }
      if (!Objects.equals(then.usedPercent(), pool.usedPercent())
          || !Objects.equals(then.metadataUsedPercent(), pool.metadataUsedPercent())) {
        return true;
      }
    }
    return false;
  }
}
