package io.mooring.agent.pool;

import io.mooring.agent.identity.Membership;
import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Groups of snapshots in the fake pool. */
public final class FakeGroups implements GroupPool {
  private final FakePool pool;
  private final Runnable beforeEachChange;
  private final Set<Serial> still = new TreeSet<>();
  private Optional<Failure> making = Optional.empty();
  private int membersBeforeItFails = 1;
  private Optional<Failure> removing = Optional.empty();

  FakeGroups(FakePool pool, Runnable beforeEachChange) {
    this.pool = pool;
    this.beforeEachChange = beforeEachChange;
  }

  /** The volumes that stand still now. */
  public Set<Serial> still() {
    return Set.copyOf(still);
  }

  /** None does any more. */
  void resume() {
    still.clear();
  }

  /** The next group fails after that many members. */
  public void fails(Failure failure, int members) {
    making = Optional.of(failure);
    membersBeforeItFails = members;
  }

  /** The next removal of a group fails after its first member. */
  public void removalFails(Failure failure) {
    removing = Optional.of(failure);
  }

  @Override
  public void makeTogether(List<SnapshotRecord> members, Deadline deadline) {
    pool.requirePresent();
    for (SnapshotRecord member : members) {
      beforeEachChange.run();
      still.add(member.volume());
    }
    for (SnapshotRecord member : members) {
      pool.snapshot(member, deadline);
      if (making.isPresent() && --membersBeforeItFails == 0) {
        Failure failure = making.get();
        making = Optional.empty();
        still.clear();
        throw failure;
      }
    }
    still.clear();
    beforeEachChange.run();
  }

  @Override
  public void finish(List<SnapshotRecord> members, Deadline deadline) {
    say(members, true);
  }

  private void say(List<SnapshotRecord> members, boolean finished) {
    for (SnapshotRecord member : members) {
      Membership membership = member.group().orElseThrow();
      pool.say(member.serial(), new Membership(membership.group(), finished));
    }
    beforeEachChange.run();
  }

  @Override
  public void removeTogether(List<SnapshotRecord> members, Deadline deadline) {
    say(members, false);
    for (SnapshotRecord member : members) {
      pool.removeSnapshot(member, deadline);
      if (removing.isPresent()) {
        Failure failure = removing.get();
        removing = Optional.empty();
        throw failure;
      }
    }
  }
}
