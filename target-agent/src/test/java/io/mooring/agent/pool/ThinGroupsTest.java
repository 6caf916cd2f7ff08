package io.mooring.agent.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.agent.identity.Membership;
import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.agent.identity.VolumeRecord.State;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots of several thin volumes at one moment. */
class ThinGroupsTest {
  private static final long MIB = 1 << 20;

  @TempDir Path host;
  private FakeLvm lvm;
  private ThinPool pool;
  private final Serial group = Serial.random();

  @BeforeEach
  void makeThePool() throws IOException {
    lvm = new FakeLvm(host, Samples.read("lvs-thin-pool.json"));
    pool = open();
  }

  private ThinPool open() {
    ThinPool opened = lvm.pool("vg", "thin", new PoolLimits(1.0, 95));
    opened.scan(soon());
    return opened;
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(10));
  }

  private Serial volume(long bytes) {
    VolumeRecord volume =
        new VolumeRecord(Serial.random(), "lab", "pvc", "fast", bytes, State.CREATING, List.of());
    pool.create(volume, soon());
    return volume.serial();
  }

  private List<SnapshotRecord> members(Serial... volumes) {
    List<SnapshotRecord> members = new ArrayList<>();
    for (Serial volume : volumes) {
      members.add(
          new SnapshotRecord(
              Serial.random(),
              "lab",
              "group 1",
              "fast",
              64 * MIB,
              volume,
              Instant.ofEpochMilli(1_790_000_000_123L),
              Optional.of(new Membership(group, false))));
    }
    return members;
  }

  private List<SnapshotRecord> finished(List<SnapshotRecord> members) {
    return members.stream().map(member -> member.in(new Membership(group, true))).toList();
  }

  private List<String> programs() {
    return lvm.changes().stream()
        .map(argv -> argv.getFirst().equals("dmsetup") ? "dmsetup " + argv.get(1) : argv.getFirst())
        .toList();
  }

  /** Writes the next number to one volume, then to the other, as far as none of them waits. */
  private final class Writer implements Runnable {
    private final Serial first;
    private final Serial second;
    private long number = 1;
    private boolean owesSecond;

    Writer(Serial first, Serial second) {
      this.first = first;
      this.second = second;
    }

    @Override
    public void run() {
      for (int i = 0; i < 5; i++) {
        if (owesSecond ? lvm.kernel().write(second.objectName(), number) : firstIsWritten()) {
          owesSecond = !owesSecond;
        }
      }
    }

    private boolean firstIsWritten() {
      boolean written = lvm.kernel().write(first.objectName(), number + 1);
      number += written ? 1 : 0;
      return written;
    }
  }

  @Test
  void aWriteIsInASnapshotOnlyWithAllWritesBeforeIt() {
    Serial first = volume(64 * MIB);
    Serial second = volume(64 * MIB);
    lvm.atEachCommand(new Writer(first, second));
    List<SnapshotRecord> oneOrder = members(first, second);
    List<SnapshotRecord> other = members(second, first);

    pool.makeTogether(oneOrder, soon());
    pool.makeTogether(other, soon());

    assertOneMoment(oneOrder.get(0), oneOrder.get(1));
    assertOneMoment(other.get(1), other.get(0));
  }

  private void assertOneMoment(SnapshotRecord ofFirst, SnapshotRecord ofSecond) {
    long written = lvm.content(ofFirst.objectName());
    assertThat(lvm.content(ofSecond.objectName())).isBetween(written - 1, written);
    assertThat(written).isPositive();
  }

  @Test
  void volumesStandStillWhileTheKernelMakesTheirSnapshotsAnewAndNoLonger() {
    Serial first = volume(64 * MIB);
    Serial second = volume(64 * MIB);
    lvm.changes().clear();

    pool.makeTogether(members(first, second), soon());

    assertThat(programs())
        .containsExactly(
            "lvcreate",
            "lvcreate",
            "dmsetup table",
            "dmsetup table",
            "dmsetup message",
            "dmsetup message",
            "dmsetup suspend",
            "dmsetup message",
            "dmsetup message",
            "dmsetup resume");
    String oneName = DeviceMapper.name("vg", first);
    String otherName = DeviceMapper.name("vg", second);
    assertThat(lvm.changes().get(6))
        .containsExactly("dmsetup", "suspend", "--nolockfs", oneName, otherName);
    assertThat(lvm.changes().getLast())
        .as("the last goes on first")
        .containsExactly("dmsetup", "resume", "--noudevsync", otherName, oneName);
    assertThat(lvm.kernel().isSuspended(first.objectName())).isFalse();
    assertThat(lvm.kernel().isSuspended(second.objectName())).isFalse();
  }

  @Test
  void theKernelIsToldOfNothingButTheMembersOwnDevices() {
    Serial first = volume(64 * MIB);
    Serial second = volume(64 * MIB);
    pool.snapshot(members(first).getFirst(), soon());

    pool.makeTogether(members(first, second), soon());

    assertThat(lvm.kernel().messages())
        .containsExactly(
            List.of("delete", "4"),
            List.of("delete", "5"),
            List.of("create_snap", "4", "1"),
            List.of("create_snap", "5", "2"));
  }

  @Test
  void numbersOnWhichLvmAndTheKernelDifferAreNotTouched() {
    Serial first = volume(64 * MIB);
    lvm.kernel().deactivate(first.objectName());
    lvm.kernel().activate(first.objectName(), 7, 64 * MIB);

    assertRefused(Kind.FAILED_PRECONDITION, "number 1", members(first));

    assertThat(lvm.kernel().messages()).isEmpty();
  }

  @Test
  void lvmIsNeverMadeToCopyAVolumeThatIsSuspended() {
    Serial first = volume(64 * MIB);
    lvm.kernel().suspend(first.objectName(), true);

    assertRefused(Kind.UNAVAILABLE, "is suspended", members(first));
    assertThatThrownBy(() -> pool.snapshot(members(first).getFirst(), soon()))
        .hasMessageContaining("is suspended");
    lvm.kernel().suspend(first.objectName(), false);

    pool.makeTogether(members(first), soon());
  }

  @Test
  void membersTellOfTheirGroupAndOnlyOnceTheyAreFinishedThatTheyAreWhole() {
    List<SnapshotRecord> members = members(volume(64 * MIB), volume(64 * MIB));

    pool.makeTogether(members, soon());
    assertThat(open().scan(soon()).snapshots()).containsExactlyInAnyOrderElementsOf(members);
    assertThat(lvm.tags(members.getFirst().objectName()))
        .contains("mooring.io/group=" + group, "mooring.io/name=group+201", Tags.UNFINISHED);

    pool.finish(members, soon());
    pool.finish(members, soon());
    assertThat(open().scan(soon()).snapshots())
        .containsExactlyInAnyOrderElementsOf(finished(members));
    assertThat(pool.status(soon()).availableBytes()).isEqualTo((6144 - 4 * 64) * MIB);
  }

  @Test
  void noMemberSaysAnyMoreThatItIsWholeWhenTheFirstIsRemoved() {
    List<SnapshotRecord> members = members(volume(64 * MIB), volume(64 * MIB));
    pool.makeTogether(members, soon());
    pool.finish(members, soon());
    lvm.changes().clear();

    pool.removeTogether(finished(members), soon());
    pool.removeTogether(finished(members), soon());

    assertThat(programs()).containsExactly("lvchange", "lvremove");
    assertThat(lvm.changes().getFirst()).contains("--addtag", Tags.UNFINISHED);
    assertThat(open().scan(soon()).snapshots()).isEmpty();
    assertThat(pool.status(soon()).availableBytes()).isEqualTo((6144 - 2 * 64) * MIB);
  }

  @Test
  void whatIsLeftOfAGroupIsRemoved() {
    List<SnapshotRecord> members = members(volume(64 * MIB), volume(64 * MIB));
    pool.makeTogether(members, soon());
    pool.removeSnapshot(members.getFirst(), soon());

    pool.removeTogether(members, soon());

    assertThat(open().scan(soon()).snapshots()).isEmpty();
  }

  @Test
  void aSnapshotThatFailsLetsAllGoOn() {
    Serial first = volume(64 * MIB);
    Serial second = volume(64 * MIB);
    List<SnapshotRecord> members = members(first, second);
    lvm.foreign(members.getLast().objectName(), MIB);

    assertThatThrownBy(() -> pool.makeTogether(members, soon()))
        .hasMessageContaining("already exists");

    assertThat(lvm.kernel().isSuspended(first.objectName())).isFalse();
    assertThat(lvm.kernel().isSuspended(second.objectName())).isFalse();
  }

  @Test
  void aVolumeThatSomebodyResumesMeanwhileSpoilsTheGroup() {
    Serial first = volume(64 * MIB);
    Serial second = volume(64 * MIB);
    lvm.atEachCommand(() -> {
      if (lvm.changes().getLast().contains("create_snap")) {
        lvm.kernel().suspend(second.objectName(), false);
      }
    });

    assertRefused(Kind.UNAVAILABLE, "resumed by somebody else", members(first, second));

    assertThat(lvm.kernel().isSuspended(first.objectName())).isFalse();
  }

  @Test
  void whatWasBrokenOffBetweenTwoStepsIsRemoved() {
    Serial first = volume(64 * MIB);
    Serial second = volume(64 * MIB);
    AtomicBoolean broken = new AtomicBoolean();
    lvm.atEachCommand(() -> {
      if (lvm.changes().getLast().contains("create_snap") && broken.compareAndSet(false, true)) {
        throw new IllegalStateException("broken off");
      }
    });
    List<SnapshotRecord> members = members(first, second);
    assertThatThrownBy(() -> pool.makeTogether(members, soon())).hasMessage("broken off");
    assertThat(lvm.kernel().isSuspended(first.objectName())).isFalse();

    pool.removeTogether(members, soon());

    assertThat(open().scan(soon()).snapshots()).isEmpty();
    pool.makeTogether(members(first, second), soon());
  }

  @Test
  void aGroupThatDoesNotFitOrIsTooLargeStopsNoVolume() {
    Serial first = volume(6000 * MIB);
    Serial[] many = new Serial[33];
    for (int i = 0; i < many.length; i++) {
      many[i] = Serial.random();
    }
    lvm.changes().clear();

    assertRefused(Kind.RESOURCE_EXHAUSTED, "over-commit", members(first, first, first));
    assertRefused(Kind.FAILED_PRECONDITION, "at most 32", members(many));
    assertThat(lvm.changes()).isEmpty();
  }

  private void assertRefused(Kind kind, String reason, List<SnapshotRecord> members) {
    assertThatThrownBy(() -> pool.makeTogether(members, soon()))
        .hasMessageContaining(reason)
        .extracting(thrown -> ((Failure) thrown).kind())
        .isEqualTo(kind);
  }

  @Test
  void aVolumeThatWasLeftSuspendedGoesOn() {
    Serial first = volume(64 * MIB);
    Serial second = volume(64 * MIB);
    lvm.kernel().suspend(second.objectName(), true);

    assertThat(open().resumeLeft()).isEmpty();

    assertThat(lvm.kernel().isSuspended(second.objectName())).isFalse();
    assertThat(lvm.changes().getLast().getLast())
        .isEqualTo(DeviceMapper.name("vg", second))
        .isNotEqualTo(DeviceMapper.name("vg", first));
  }
}
