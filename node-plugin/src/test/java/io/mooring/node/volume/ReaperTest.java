package io.mooring.node.volume;

import static io.mooring.node.volume.NodeUnderTest.A;
import static io.mooring.node.volume.NodeUnderTest.BLOCK;
import static io.mooring.node.volume.NodeUnderTest.EXT4;
import static io.mooring.node.volume.NodeUnderTest.LUN;
import static io.mooring.node.volume.NodeUnderTest.SIZE;
import static io.mooring.node.volume.NodeUnderTest.VOLUME;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.fake.FakeLun;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.ManualTicker;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReaperTest {
  private static final Duration IDLE = Duration.ofMinutes(10);

  @TempDir Path directory;
  NodeUnderTest node;
  final ManualTicker ticker = new ManualTicker();
  final TargetLocks targets = new TargetLocks();

  @BeforeEach
  void start() {
    node = new NodeUnderTest(directory);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private Reaper reaper() {
    return new Reaper(node.devices(), node.tracking(), targets, ticker, IDLE);
  }

  private int sessions() {
    return node.host.initiator().sessions().size();
  }

  @Test
  void aTargetThatNobodyNeedsIsLeftAfterAWhile() {
    node.stage(EXT4);
    node.unstage();
    Reaper reaper = reaper();
    reaper.round();
    ticker.advance(IDLE.minusSeconds(1));
    reaper.round();
    assertThat(sessions()).isEqualTo(2);
    ticker.advance(Duration.ofSeconds(1));
    reaper.round();
    assertThat(sessions()).isZero();
    assertThat(node.host.initiator().records()).isEmpty();
  }

  @Test
  void aTargetWithATrackedVolumeIsKept() {
    node.stage(BLOCK);
    Reaper reaper = reaper();
    reaper.round();
    ticker.advance(IDLE.multipliedBy(2));
    reaper.round();
    assertThat(sessions()).isEqualTo(2);
  }

  @Test
  void aTargetWithADiskThatNobodyTracksIsKept() {
    int host = node.host.addSession(NodeUnderTest.route(A));
    node.host.addStaleDisk(host, LUN, new FakeLun(VOLUME.serial(), SIZE));
    Reaper reaper = reaper();
    reaper.round();
    ticker.advance(IDLE.multipliedBy(2));
    reaper.round();
    assertThat(sessions()).isEqualTo(1);
  }

  @Test
  void whileAnAttachLooksAtTheTargetNothingIsLoggedOut() {
    node.stage(EXT4);
    node.unstage();
    Reaper reaper = reaper();
    reaper.round();
    ticker.advance(IDLE);
    try (TargetLocks.Held _ = targets.share(NodeUnderTest.IQN, Deadline.after(IDLE))) {
      reaper.round();
      assertThat(sessions()).isEqualTo(2);
    }
    reaper.round();
    assertThat(sessions()).isZero();
  }

  @Test
  void useInBetweenBeginsTheWaitAnew() {
    node.stage(EXT4);
    node.unstage();
    Tracking tracking = node.tracking();
    Reaper reaper = new Reaper(node.devices(), tracking, targets, ticker, IDLE);
    reaper.round();
    ticker.advance(IDLE.minusSeconds(1));
    TrackedVolume volume = TrackedVolume.staging(node.request(EXT4), "boot-1");
    tracking.put(volume);
    reaper.round();
    tracking.remove(VOLUME);
    reaper.round();
    ticker.advance(Duration.ofSeconds(1));
    reaper.round();
    assertThat(sessions()).isEqualTo(2);
  }

  @Test
  void sessionsOfOthersAreNotLoggedOut() {
    node.host.addForeignSession(NodeUnderTest.route(A), 3, new FakeLun(VOLUME.serial(), SIZE));
    Reaper reaper = reaper();
    reaper.round();
    ticker.advance(IDLE.multipliedBy(2));
    reaper.round();
    assertThat(node.host.faults().count("initiator.logout")).isZero();
    assertThat(node.host.allDisks()).hasSize(1);
  }

  @Test
  void aLogoutThatFailsIsTriedAgain() {
    node.stage(EXT4);
    node.unstage();
    Reaper reaper = reaper();
    reaper.round();
    ticker.advance(IDLE);
    node.host.faults().failNext("initiator.logout", 1, Failure.unavailable("iscsid is busy"));
    reaper.round();
    assertThat(sessions()).isEqualTo(2);
    reaper.round();
    assertThat(sessions()).isZero();
  }
}
