package io.mooring.node.volume;

import static io.mooring.node.volume.NodeUnderTest.A;
import static io.mooring.node.volume.NodeUnderTest.B;
import static io.mooring.node.volume.NodeUnderTest.EXT4;
import static io.mooring.node.volume.NodeUnderTest.IQN;
import static io.mooring.node.volume.NodeUnderTest.LUN;
import static io.mooring.node.volume.NodeUnderTest.OTHER;
import static io.mooring.node.volume.NodeUnderTest.SIZE;
import static io.mooring.node.volume.NodeUnderTest.VOLUME;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.fake.FakeLun;
import io.mooring.node.fake.FakeTargets.Reception;
import io.mooring.node.scsi.Hctl;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LateJoinTest {
  @TempDir Path directory;
  NodeUnderTest node;

  @BeforeEach
  void start() {
    node = new NodeUnderTest(directory);
  }

  @AfterEach
  void noForeignByteWasTouched() {
    node.close();
    assertThat(node.host.violations()).isEmpty();
  }

  private void round() {
    node.flow().lateJoin().once();
  }

  private List<Hctl> paths() {
    return node.host.maps().find(VOLUME.wwid()).orElseThrow().slaves();
  }

  @Test
  void aPortalThatComesBackJoins() {
    node.host.targets().receive(B, Reception.DEAD);
    node.stage(EXT4);
    assertThat(paths()).hasSize(1);
    node.host.targets().receive(B, Reception.WELCOME);
    round();
    assertThat(paths()).hasSize(2);
  }

  @Test
  void soItDoesAfterARestartOfTheProcess() {
    node.host.targets().receive(B, Reception.DEAD);
    node.stage(EXT4);
    node.host.targets().receive(B, Reception.WELCOME);
    node.restart();
    round();
    assertThat(paths()).hasSize(2);
  }

  @Test
  void aDeadPortalIsNotTriedAgainAtOnce() {
    node.host.targets().receive(B, Reception.REFUSING);
    node.stage(EXT4);
    round();
    int tried = node.host.faults().count("initiator.login");
    round();
    round();
    assertThat(node.host.faults().count("initiator.login")).isEqualTo(tried);
  }

  @Test
  void whenAllIsCompleteNothingIsDone() {
    node.stage(EXT4);
    int done = node.host.faults().journal().size();
    round();
    assertThat(node.host.faults().journal()).hasSize(done);
  }

  @Test
  void whileAllIsCompleteItRestsUntilTheKernelTellsOfDevices() {
    node.host.targets().receive(B, Reception.DEAD);
    node.stage(EXT4);
    round();
    assertThat(node.flow().lateJoin().pause()).isEqualTo(NodeUnderTest.LATE_JOIN);
    node.host.targets().receive(B, Reception.WELCOME);
    node.restart();
    round();
    round();
    assertThat(node.flow().lateJoin().pause()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void aSessionThatIsDownIsLeftToIscsid() {
    node.stage(EXT4);
    node.host.cut(B);
    int done = node.host.faults().count("initiator.login");
    round();
    assertThat(node.host.faults().count("initiator.login")).isEqualTo(done);
  }

  @Test
  void theBackgroundVerifiesLikeTheAttach() {
    node.host.targets().receive(B, Reception.DEAD);
    node.stage(EXT4);
    node.host.targets().receive(B, Reception.WELCOME);
    node.host.targets().mapOnPortal(IQN, B, LUN, new FakeLun(OTHER.serial(), SIZE));
    round();
    assertThat(paths()).hasSize(1);
    assertThat(node.host.allDisks()).hasSize(1);
  }

  @Test
  void aLunThatIsMappedLateOnAPortalJoins() {
    node.host.targets().hideOnPortal(IQN, B, LUN);
    node.stage(EXT4);
    assertThat(paths()).hasSize(1);
    node.host.targets().showOnPortal(IQN, B, LUN);
    round();
    assertThat(paths()).hasSize(2);
  }

  @Test
  void aSessionThatHangsIsTriedWithOneVolumeInARound() {
    node.host.targets().receive(B, Reception.DEAD);
    node.stage(EXT4);
    node.stageOther();
    node.host.targets().receive(B, Reception.WELCOME);
    node.host.faults().failNext("disks.scan", 1, Failure.deadlineExceeded("the scan hangs"));
    int before = node.host.faults().count("disks.scan");

    round();
    assertThat(node.host.faults().count("disks.scan")).isEqualTo(before + 1);

    round();
    assertThat(node.host.faults().count("disks.scan")).isEqualTo(before + 2);
  }

  @Test
  void volumesThatAreNotStagedAreNotTouched() {
    node.host.targets().receive(A, Reception.DEAD);
    node.host.targets().receive(B, Reception.DEAD);
    assertThat(node.tracking().all()).isEmpty();
    Refusals.assertRefused(Kind.UNAVAILABLE, () -> node.stage(EXT4), "no path");
    node.host.targets().receive(A, Reception.WELCOME);
    round();
    assertThat(node.host.allDisks()).isEmpty();
  }

  @Test
  void anEarlierBootsVolumesAreNotTouched() {
    node.stage(EXT4);
    node.host.powerCut();
    node.restart();
    round();
    assertThat(node.host.initiator().sessions()).isEmpty();
  }
}
