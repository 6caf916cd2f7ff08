package io.mooring.agent.identity;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Snapshots of several volumes at one moment. All that is recorded of it is recorded with each of
 * them: it lives where they live.
 *
 * @param serial its own
 * @param members at least one, by serial; of one cluster, name, pool and moment
 */
public record GroupRecord(Serial serial, List<SnapshotRecord> members) {
  public GroupRecord {
    requireNonNull(serial, "serial is null");
    members = members.stream().sorted(Comparator.comparing(SnapshotRecord::serial)).toList();
    if (members.isEmpty()) {
      throw Failure.internal("group snapshot " + serial + " has no snapshots");
    }
  }

  public String cluster() {
    return members.getFirst().cluster();
  }

  /** As the CSI client gave it, unique among the cluster's group snapshots. */
  public String name() {
    return members.getFirst().name();
  }

  public String pool() {
    return members.getFirst().pool();
  }

  public Instant createdAt() {
    return members.getFirst().createdAt();
  }

  /**
   * Whether it is whole. One member that says so is enough: none says it before all are made, and
   * all have ceased to say it before the first is removed.
   */
  public boolean finished() {
    return members.stream().anyMatch(GroupRecord::saysFinished);
  }

  /** Whether no member is left that does not say yet what the others say. */
  public boolean agreed() {
    return members.stream().map(GroupRecord::saysFinished).distinct().count() == 1;
  }

  private static boolean saysFinished(SnapshotRecord member) {
    return member.group().map(Membership::finished).orElse(true);
  }

  /** The same with all members saying so. */
  public GroupRecord in(boolean finished) {
    return new GroupRecord(
        serial,
        members.stream().map(member -> member.in(new Membership(serial, finished))).toList());
  }

  /** The volumes of which it is one; they may be gone by now. */
  public Set<Serial> volumes() {
    return members.stream()
        .map(SnapshotRecord::volume)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** For messages. */
  public String label() {
    return "group snapshot " + serial + " (" + name() + ")";
  }
}
