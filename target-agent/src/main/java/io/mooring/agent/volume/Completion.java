package io.mooring.agent.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.TargetNames;
import io.mooring.agent.lio.Lio;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Ticker;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * Whether a target is complete. A node that comes back to one with LUNs missing takes its devices
 * for lost, so that after a boot it stays closed until all are there.
 */
final class Completion {
  /**
   * For how long after the agent's start. Longer would cost the pods whose LUNs are there: they
   * wait five minutes, and a boot takes some of them.
   */
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Records records;
  private final Lio lio;
  private final TargetNames names;
  private final Ticker ticker;
  private final long startedNanos;

  /** The agent starts now. */
  Completion(Records records, Lio lio, TargetNames names, Ticker ticker) {
    this.records = requireNonNull(records, "records is null");
    this.lio = requireNonNull(lio, "lio is null");
    this.names = requireNonNull(names, "names is null");
    this.ticker = requireNonNull(ticker, "ticker is null");
    startedNanos = ticker.nanos();
  }

  /**
   * Checks that a node may be let in. Where it is in already it stays so: it has seen what there
   * is.
   *
   * @throws Failure UNAVAILABLE while LUNs of it may be missing
   */
  void require(String cluster, String nodeUuid) {
    String iqn = names.target(cluster, nodeUuid);
    if (ticker.nanos() - startedNanos < LIMIT.toNanos()
        && !lio.isOpen(iqn)
        && !(records.troubles().isEmpty() && hasAll(cluster, nodeUuid, iqn))) {
      throw Failure.unavailable(
          "target %s stays closed for %d s at most, since not all of its LUNs may be there yet"
              .formatted(iqn, LIMIT.toSeconds()));
    }
  }

  private boolean hasAll(String cluster, String nodeUuid, String iqn) {
    String initiator = TargetNames.initiator(nodeUuid);
    return records.luns(cluster, nodeUuid).entrySet().stream()
        .allMatch(entry -> {
          Serial serial = new Serial(entry.getValue());
          return records.isWithdrawing(serial, nodeUuid)
              || records.isUnsaved(serial, nodeUuid)
              || lio.exported(iqn, initiator, serial).equals(OptionalInt.of(entry.getKey()));
        });
  }
}
