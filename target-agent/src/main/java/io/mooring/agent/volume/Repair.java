package io.mooring.agent.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.Publication;
import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.TargetNames;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.agent.identity.VolumeRecord.State;
import io.mooring.agent.lio.Lio;
import io.mooring.agent.pool.Pool;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Makes the kernel match the records: after a reboot every LUN is served again under its serial and
 * number. What the records do not know is reported and not touched. What a call is working on is
 * left to the call.
 */
public final class Repair {
  private static final Duration EACH = Duration.ofSeconds(30);

  private final Records records;
  private final Pools pools;
  private final Nodes nodes;
  private final Volumes volumes;
  private final Snapshots snapshots;
  private final GroupSnapshots groups;
  private final Copies copies;
  private final Exports exports;
  private final Lio lio;
  private final TargetNames names;
  private final KeyedLocks locks;
  private volatile List<Finding> ofVolumes = List.of();
  private boolean first = true;

  public Repair(
      Records records,
      Pools pools,
      Nodes nodes,
      Volumes volumes,
      Snapshots snapshots,
      GroupSnapshots groups,
      Copies copies,
      Exports exports,
      Lio lio,
      TargetNames names,
      KeyedLocks locks) {
    this.records = requireNonNull(records, "records is null");
    this.pools = requireNonNull(pools, "pools is null");
    this.nodes = requireNonNull(nodes, "nodes is null");
    this.volumes = requireNonNull(volumes, "volumes is null");
    this.snapshots = requireNonNull(snapshots, "snapshots is null");
    this.groups = requireNonNull(groups, "groups is null");
    this.copies = requireNonNull(copies, "copies is null");
    this.exports = requireNonNull(exports, "exports is null");
    this.lio = requireNonNull(lio, "lio is null");
    this.names = requireNonNull(names, "names is null");
    this.locks = requireNonNull(locks, "locks is null");
  }

  /**
   * How a pass went.
   *
   * @param volumes known
   * @param luns served as they are recorded
   * @param problems one sentence each
   */
  public record Report(int volumes, int luns, List<String> problems) {
    public Report {
      problems = List.copyOf(problems);
    }
  }

  /** One pass over everything; one at a time. */
  public synchronized Report pass() {
    Findings found = new Findings();
    resumeLeft(found);
    if (pools.readMissing(EACH)) {
      nodes.poolsWereRead();
    }
    found.addAll(records.troubles());
    discardHalfMade(found);
    found.addAll(snapshots.repair(EACH));
    found.addAll(groups.repair(EACH));
    found.addAll(copies.troubles());
    int luns = 0;
    for (VolumeRecord volume : records.all()) {
      luns += map(volume.serial(), found);
    }
    openTargets(found);
    letGoOfUnpublished(found);
    reportUnknown(found);
    if (!first) {
      reportLost(found); // at first everything has just been read
    }
    first = false;
    ofVolumes = found.ofVolumes();
    return new Report(records.all().size(), luns, found.problems());
  }

  /** What the last pass has found that is about single volumes. */
  public List<Finding> ofVolumes() {
    return ofVolumes;
  }

  /** First of all: pods wait for it. */
  private void resumeLeft(Findings found) {
    for (Pool pool : pools.all()) {
      try {
        found.addAll(pool.resumeLeft());
      } catch (Failure e) {
        found.add("pool " + pool.name() + ": " + e.sentence());
      }
    }
  }

  private void discardHalfMade(Findings found) {
    for (VolumeRecord volume : records.all()) {
      if (isHalfMade(volume)) {
        attempt(
            volume,
            found,
            current -> {
              if (isHalfMade(current)) {
                volumes.discard(current, Deadline.after(EACH));
              }
            });
      }
    }
  }

  /** A copy is half made, too, but goes on by itself. */
  private static boolean isHalfMade(VolumeRecord volume) {
    return volume.state() == State.CREATING || volume.state() == State.DELETING;
  }

  /** What is done with a volume as it is once nobody else works on it. */
  private interface Work {
    void on(VolumeRecord current);
  }

  private void attempt(VolumeRecord volume, Findings found, Work work) {
    locks.tryHold(
        volume.serial().digits(),
        () -> {
          try {
            records.find(volume.serial()).ifPresent(work::on);
          } catch (Failure e) {
            found.add(volume.label() + ": " + e.sentence());
          }
        });
  }

  private int map(Serial serial, Findings found) {
    VolumeRecord volume = records.find(serial).orElse(null);
    if (volume == null || volume.publications().isEmpty()) {
      return 0;
    }
    int[] mapped = {0};
    attempt(
        volume,
        found,
        current -> {
          for (Publication publication : current.publications()) {
            mapped[0] += map(current, publication, found);
          }
        });
    return mapped[0];
  }

  /** One node's trouble with a volume is not that of the others. */
  private int map(VolumeRecord volume, Publication publication, Findings found) {
    if (records.isWithdrawing(volume.serial(), publication.nodeUuid())
        || records.isUnsaved(volume.serial(), publication.nodeUuid())) {
      return 0;
    }
    try {
      exports.map(volume, publication, Deadline.after(EACH));
      return 1;
    } catch (Failure e) {
      found.add(
          volume,
          Finding.Severity.INACCESSIBLE,
          "NotServed",
          "node %s is not served: %s".formatted(publication.nodeName(), e.sentence()));
      return 0;
    }
  }

  /** After the LUNs of all: what a node finds must be complete when it comes back. */
  private void openTargets(Findings found) {
    Set<String> present = Set.copyOf(lio.targets());
    Set<String> opened = new TreeSet<>();
    for (VolumeRecord volume : records.all()) {
      for (Publication publication : volume.publications()) {
        String iqn = names.target(volume.cluster(), publication.nodeUuid());
        if (present.contains(iqn) && opened.add(iqn)) {
          try {
            found.addAll(
                exports.open(volume.cluster(), publication.nodeUuid(), Deadline.after(EACH)));
          } catch (Failure e) {
            found.add("target " + iqn + ": " + e.sentence());
          }
        }
      }
    }
  }

  private void letGoOfUnpublished(Findings found) {
    for (Serial serial : lio.backstores()) {
      records
          .find(serial)
          .ifPresent(volume ->
              attempt(
                  volume,
                  found,
                  current -> {
                    if (current.publications().isEmpty()) {
                      exports.letGo(current, Deadline.after(EACH));
                    }
                  }));
    }
  }

  private void reportUnknown(Findings found) {
    for (Serial serial : lio.backstores()) {
      if (records.find(serial).isEmpty()) {
        found.add(
            "the kernel has a backstore of volume %s, which no pool knows; it is left alone"
                .formatted(serial));
      }
    }
    Map<String, Set<Integer>> recorded = recordedNumbers();
    for (String iqn : lio.targets()) {
      if (names.isOurs(iqn)) {
        Set<Integer> unknown = new TreeSet<>(lio.lunNumbers(iqn));
        unknown.removeAll(recorded.getOrDefault(iqn, Set.of()));
        unknown.removeAll(recordedNumbers().getOrDefault(iqn, Set.of()));
        if (!unknown.isEmpty()) {
          found.add(
              "target %s has the LUNs %s, which no pool knows; they are left alone"
                  .formatted(iqn, unknown));
        }
      }
    }
  }

  private Map<String, Set<Integer>> recordedNumbers() {
    Map<String, Set<Integer>> numbers = new TreeMap<>();
    for (VolumeRecord volume : records.all()) {
      for (Publication publication : volume.publications()) {
        numbers
            .computeIfAbsent(
                names.target(volume.cluster(), publication.nodeUuid()), _ -> new TreeSet<>())
            .add(publication.lun());
      }
    }
    return numbers;
  }

  /** A volume that was there and is not any more: somebody removed it behind the agent's back. */
  private void reportLost(Findings found) {
    for (Pool pool : pools.all()) {
      if (!records.isRead(pool.name())) {
        continue;
      }
      List<VolumeRecord> before = records.all();
      try {
        Set<Serial> there = new TreeSet<>();
        pool.scan(Deadline.after(EACH)).volumes().forEach(volume -> there.add(volume.serial()));
        before.stream()
            .filter(volume -> volume.pool().equals(pool.name()))
            .filter(volume -> volume.state() == State.READY && !there.contains(volume.serial()))
            .filter(volume -> records.find(volume.serial()).isPresent())
            .forEach(volume ->
                found.add(
                    volume,
                    Finding.Severity.DATA_LOSS,
                    "VolumeLost",
                    "pool %s does not have it any more; restore it, or delete it"
                        .formatted(pool.name())));
      } catch (Failure e) {
        found.add("pool " + pool.name() + " cannot be read: " + e.sentence());
      }
    }
  }
}
