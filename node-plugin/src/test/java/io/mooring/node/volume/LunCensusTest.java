package io.mooring.node.volume;

import static io.mooring.node.volume.NodeUnderTest.A;
import static io.mooring.node.volume.NodeUnderTest.BLOCK;
import static io.mooring.node.volume.NodeUnderTest.IQN;
import static io.mooring.node.volume.NodeUnderTest.LUN;
import static io.mooring.node.volume.NodeUnderTest.OTHER;
import static io.mooring.node.volume.NodeUnderTest.SIZE;
import static io.mooring.node.volume.NodeUnderTest.VOLUME;
import static io.mooring.node.volume.NodeUnderTest.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.node.fake.FakeLun;
import io.mooring.node.scsi.Hctl;
import io.mooring.runtime.failure.Failure;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a node gives a LUN number back. */
class LunCensusTest {
  @TempDir Path directory;
  NodeUnderTest node;

  @BeforeEach
  void start() {
    node = new NodeUnderTest(directory);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private boolean isFree(int lun, String serial) {
    return new LunCensus(node.devices(), node.tracking()).isFree(IQN, lun, serial);
  }

  @Test
  void aNumberIsHeldFromStageToUnstage() {
    assertThat(isFree(LUN, VOLUME.serial())).isTrue();
    node.stage(BLOCK);

    assertThat(isFree(LUN, VOLUME.serial())).isFalse();
    assertThat(isFree(LUN, "")).as("whatever was there").isFalse();
    assertThat(isFree(LUN + 1, "")).isTrue();

    node.volumes().unstage(VOLUME, node.staging(), soon());
    assertThat(isFree(LUN, VOLUME.serial())).isTrue();
  }

  @Test
  void aDiskThatIsLeftHoldsItWithoutARecord() {
    int host = node.host.addSession(NodeUnderTest.route(A));
    node.host.addStaleDisk(host, LUN, new FakeLun(OTHER.serial(), SIZE));

    assertThat(isFree(LUN, VOLUME.serial())).as("of another volume").isFalse();
    assertThat(new LunCensus(node.devices(), node.tracking()).isFree("iqn.other", LUN, ""))
        .as("of another target")
        .isTrue();
  }

  @Test
  void aRecordHoldsItBeforeThereIsAnyDevice() {
    node.tracking().put(TrackedVolume.staging(node.request(BLOCK), node.host.bootId().current()));

    assertThat(isFree(LUN, VOLUME.serial())).isFalse();
  }

  @Test
  void aMapThatNobodyLooksAfterHoldsIt() {
    int host = node.host.addSession(NodeUnderTest.route(A));
    node.host.addStaleDisk(host, LUN + 1, node.lun);
    node.host.addMap(VOLUME.wwid(), Hctl.of(host, LUN + 1));
    assertThat(isFree(LUN, VOLUME.serial())).isFalse();

    node.tracking()
        .put(
            TrackedVolume.staging(
                new StageRequest(
                    VOLUME, NodeUnderTest.context(VOLUME, LUN + 1), node.staging(), BLOCK),
                node.host.bootId().current()));
    assertThat(isFree(LUN, VOLUME.serial())).as("the volume is in use elsewhere").isTrue();
  }

  @Test
  void afterARebootNothingIsHeld() {
    node.stage(BLOCK);
    node.host.powerCut();
    node.restart();
    node.flow().bootCleaning().run(soon());

    assertThat(isFree(LUN, VOLUME.serial())).isTrue();
  }

  @Test
  void aSerialThatIsNoneIsNotAnswered() {
    assertThatThrownBy(() -> isFree(LUN, "x")).isInstanceOf(Failure.class);
  }
}
