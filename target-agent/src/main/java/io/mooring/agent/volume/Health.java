package io.mooring.agent.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.agent.identity.VolumeRecord.State;
import io.mooring.agent.pool.Pool;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What is wrong with volumes: what the reconciler's last pass found, and the state of pools. */
public final class Health {
  private final Records records;
  private final Pools pools;
  private final Supplier<List<Finding>> lastPass;

  /**
   * Of those volumes.
   *
   * @param lastPass what the last pass over all volumes has found
   */
  public Health(Records records, Pools pools, Supplier<List<Finding>> lastPass) {
    this.records = requireNonNull(records, "records is null");
    this.pools = requireNonNull(pools, "pools is null");
    this.lastPass = requireNonNull(lastPass, "lastPass is null");
  }

  /**
   * What is wrong with this cluster's volumes, by serial; nothing of one that is well.
   *
   * @param only of this volume; empty for all
   * @throws Failure UNAVAILABLE while not all volumes are known; NOT_FOUND without that volume
   */
  public List<Finding> of(String cluster, Optional<Serial> only, Deadline deadline) {
    List<VolumeRecord> asked =
        only.map(serial -> List.of(records.require(cluster, serial))).orElseGet(() -> all(cluster));
    List<Finding> findings = new ArrayList<>();
    for (Pool pool : pools.all()) {
      List<VolumeRecord> inside =
          asked.stream().filter(volume -> volume.pool().equals(pool.name())).toList();
      findings.addAll(ofPool(pool, inside, deadline));
    }
    Collection<Serial> serials = asked.stream().map(VolumeRecord::serial).toList();
    lastPass.get().stream()
        .filter(finding -> serials.contains(finding.volume()))
        .forEach(findings::add);
    return findings.stream().sorted(Comparator.comparing(Finding::volume)).toList();
  }

  private List<VolumeRecord> all(String cluster) {
    records.requireComplete();
    return records.all().stream()
        .filter(volume -> volume.cluster().equals(cluster) && volume.state() == State.READY)
        .toList();
  }

  private static List<Finding> ofPool(Pool pool, List<VolumeRecord> volumes, Deadline deadline) {
    if (volumes.isEmpty()) {
      return List.of();
    }
    try {
      return pool.overflow(deadline)
          .map(sentence -> eachOf(volumes, "PoolFull", sentence))
          .orElse(List.of());
    } catch (Failure e) {
      return eachOf(volumes, "PoolMissing", "pool " + pool.name() + ": " + e.sentence());
    }
  }

  private static List<Finding> eachOf(List<VolumeRecord> volumes, String reason, String sentence) {
    return volumes.stream()
        .map(
            volume -> new Finding(volume.serial(), Finding.Severity.INACCESSIBLE, reason, sentence))
        .toList();
  }
}
