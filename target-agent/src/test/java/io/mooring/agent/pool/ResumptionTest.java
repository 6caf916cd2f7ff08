package io.mooring.agent.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands still although nobody works on it. */
class ResumptionTest {
  private static final List<Resumption.Place> PLACES =
      List.of(new Resumption.Place("v-g", "thin"), new Resumption.Place("w", "thin"));

  @TempDir Path sys;
  private FakeMapper host;
  private final Serial serial = Serial.random();
  private final String ours = "v--g-mooring--" + serial;

  @BeforeEach
  void boot() {
    host = new FakeMapper(sys);
  }

  private Resumption after(Duration instant) {
    return new Resumption(host.mapper(), PLACES, instant);
  }

  @Test
  void volumesOfOursGoOnAndNothingElseIsTouched() {
    host.device(ours, true);
    host.device("w-mooring--" + serial, true);
    host.device("v--g-mooring--" + Serial.random(), false);
    host.device("v--g-" + SnapshotRecord.objectName(serial).replace("-", "--"), true);
    host.device("v--g-mooring--notes", true);
    host.device("v--g-other-tpool", true);
    host.device("x-mooring--" + serial, true);
    host.device("mpath-" + serial, true);

    assertThat(after(Duration.ZERO).run()).isEmpty();

    assertThat(host.commands())
        .containsExactly("dmsetup resume " + ours, "dmsetup resume w-mooring--" + serial);
    assertThat(host.suspended()).hasSize(5);
  }

  @Test
  void oneThatLvmSuspendsForAnInstantIsLeftToIt() throws InterruptedException {
    host.device(ours, true);
    Thread looking = Thread.ofPlatform().start(() -> after(Duration.ofMinutes(5)).run());
    await().until(() -> looking.getState() == Thread.State.TIMED_WAITING);

    host.suspend(ours, false);

    looking.join();
    assertThat(host.commands()).isEmpty();
  }

  @Test
  void oneThatAnLvmCommandHoldsIsLeftToItUntilThatHasEnded() {
    host.device(ours, true);
    host.device("w-mooring--" + serial, true);
    host.lock("/run/lock/lvm/V_v-g", true);

    assertThat(after(Duration.ZERO).run())
        .singleElement()
        .asString()
        .contains(ours, "an LVM command holds volume group v-g");
    assertThat(host.commands()).containsExactly("dmsetup resume w-mooring--" + serial);
    assertThat(host.suspended()).containsExactly(ours);

    host.lock("/run/lock/lvm/V_v-g", false);
    assertThat(after(Duration.ZERO).run()).isEmpty();
    assertThat(host.suspended()).isEmpty();
  }

  @Test
  void theLocksAreWhereLvmSays() {
    host.device(ours, true);
    host.locksAre("/var/lock/other");
    host.lock("/var/lock/other/V_v-g", true);

    assertThat(after(Duration.ZERO).run()).hasSize(1);
    assertThat(host.commands()).isEmpty();
  }

  @Test
  void whereThereIsNoPlaceForLocksNobodyHasOne() {
    CommandRunner noDirectory =
        (command, deadline) ->
            command.program().equals("flock")
                ? new CommandResult(66, "", "flock: cannot open lock file")
                : host.run(command, deadline);
    host.device(ours, true);

    assertThat(
            new GroupLock(noDirectory)
                .run(
                    "v-g",
                    List.of("dmsetup", "resume", "--noudevsync", ours),
                    Deadline.after(Duration.ofSeconds(5))))
        .isPresent();
    assertThat(host.suspended()).isEmpty();
  }

  @Test
  void oneThatStaysSuspendedIsReported() {
    host.device(ours, true);
    host.stick(ours);

    assertThat(after(Duration.ZERO).run())
        .singleElement()
        .asString()
        .contains("dmsetup resume " + ours);
  }

  @Test
  void aThinPoolThatIsSuspendedIsReportedAndLeftAlone() {
    host.device("v--g-thin-tpool", true);

    assertThat(after(Duration.ZERO).run())
        .singleElement()
        .asString()
        .contains("thin pool v-g/thin is suspended", "dmsetup resume v--g-thin-tpool");
    assertThat(host.commands()).isEmpty();
  }

  @Test
  void aHostWithoutDeviceMapperHasNone() {
    assertThat(after(Duration.ZERO).run()).isEmpty();
    assertThat(after(Duration.ZERO).isNeeded()).isFalse();
  }
}
