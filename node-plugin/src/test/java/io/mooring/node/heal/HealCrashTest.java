package io.mooring.node.heal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.mooring.node.fake.Faults;
import io.mooring.node.multipath.KnownPath;
import io.mooring.node.scsi.Hctl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a healer that was killed has begun, the next one finishes. */
class HealCrashTest {
  private static final int NUMBER = 3;
  private static final int MANY_CALLS = 8;

  @TempDir Path directory;

  /** A host with much wrong on it. */
  private static final class Victim extends HealedVolume {
    private final Hctl orphan;

    Victim(Path directory) {
      this.directory = directory;
      start();
      aVolumeOverBoth();
      orphan = Hctl.of(diskB.host(), NUMBER);
      host.addStaleDisk(diskB.host(), NUMBER, other);
      host.addMap(OTHER.wwid(), orphan);
      host.maps().registerWwid(OTHER.wwid(), soon());
      host.ailments().setOffline(diskA);
      host.ailments().loseRecord(route(B));
      host.suspend(VOLUME.wwid());
    }

    void assertHealed(String when) {
      assertThat(map().suspended()).as(when).isFalse();
      assertThat(host.maps().knownPaths(soon())).as(when).hasSize(2).allMatch(KnownPath::usable);
      assertThat(host.initiator().records()).as(when).contains(route(A), route(B));
      assertThat(host.allDisks()).as(when).containsExactlyInAnyOrder(diskA, diskB);
      assertThat(host.maps().all()).as(when).hasSize(1);
      assertThat(present).as(when).isEmpty();
    }
  }

  @Test
  void aHealerThatWasKilledAtAnyCallIsFinishedByTheNext() throws IOException {
    for (int call = 1; call < 40; call++) {
      for (boolean after : new boolean[] {false, true}) {
        String when = "killed at call " + call + (after ? ", after it" : ", before it");
        Victim victim = new Victim(Files.createDirectories(directory.resolve(call + "-" + after)));
        boolean killed = isKilled(victim, call, after);
        victim.process();
        victim.pass(Duration.ofMinutes(6));
        victim.assertHealed(when);
        victim.noForeignByteWasTouched();
        if (!killed) {
          assertThat(call).as("number of calls").isGreaterThan(MANY_CALLS);
          return;
        }
      }
    }
    fail("the healer makes no end of calls");
  }

  private static boolean isKilled(Victim victim, int call, boolean after) {
    victim.host.faults().crashAtCall(call, after);
    try {
      victim.pass(Duration.ofMinutes(2));
      return false;
    } catch (Faults.Crash e) {
      return true;
    } finally {
      victim.host.faults().noCrash();
    }
  }
}
