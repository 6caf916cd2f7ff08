package io.mooring.controller.csi;

import static io.mooring.controller.testing.Refusals.refused;
import static io.mooring.controller.testing.Requests.NODE_1;
import static io.mooring.controller.testing.Requests.mount;
import static io.mooring.controller.testing.Requests.publish;
import static io.mooring.controller.testing.Requests.size;
import static io.mooring.controller.testing.Requests.volumeNamed;
import static io.mooring.controller.testing.TestController.GIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.mooring.controller.testing.FakeRecords;
import io.mooring.controller.testing.TestController;
import io.mooring.csi.v1.CapacityRange;
import io.mooring.csi.v1.ControllerExpandVolumeRequest;
import io.mooring.csi.v1.ControllerExpandVolumeResponse;
import io.mooring.csi.v1.VolumeCapability.AccessMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExpandVolumeTest {
  private final FakeRecords records = new FakeRecords();
  private final TestController controller = TestController.withTwoHosts(records);
  private String volume = "";

  @BeforeEach
  void makeAVolumeOfTenGibibytes() {
    volume =
        controller.client().createVolume(volumeNamed("pvc-1").build()).getVolume().getVolumeId();
  }

  @AfterEach
  void close() {
    controller.close();
  }

  private ControllerExpandVolumeResponse expand(String id, CapacityRange range) {
    return controller
        .client()
        .controllerExpandVolume(
            ControllerExpandVolumeRequest.newBuilder()
                .setVolumeId(id)
                .setCapacityRange(range)
                .build());
  }

  private long stored() {
    return controller.agent("san-a").storage().volumes().getFirst().getSizeBytes();
  }

  @Test
  void aVolumeGrowsAndItsNodeIsToFollow() {
    ControllerExpandVolumeResponse answer = expand(volume, size(12 * GIB, 0));

    assertThat(answer.getCapacityBytes()).isEqualTo(12 * GIB);
    assertThat(answer.getNodeExpansionRequired()).isTrue();
    assertThat(stored()).isEqualTo(12 * GIB);
  }

  @Test
  void aVolumeThatANodeHasGrowsToo() {
    var _ = controller.client().controllerPublishVolume(publish(volume, NODE_1).build());

    assertThat(expand(volume, size(12 * GIB, 0)).getCapacityBytes()).isEqualTo(12 * GIB);
  }

  @Test
  void theSameAgainAndLessChangeNothing() {
    expand(volume, size(12 * GIB, 0));

    assertThat(expand(volume, size(12 * GIB, 0)).getCapacityBytes()).isEqualTo(12 * GIB);
    assertThat(expand(volume, size(GIB, 0)).getCapacityBytes()).isEqualTo(12 * GIB);
    assertThat(stored()).isEqualTo(12 * GIB);
  }

  @Test
  void aVolumeThatIsLargerThanTheLimitIsNotShrunk() {
    refused(Code.OUT_OF_RANGE, () -> expand(volume, size(GIB, 2 * GIB)), "san-a", "limit");
    assertThat(stored()).isEqualTo(10 * GIB);
  }

  @Test
  void whatThePoolCannotHoldIsRefusedAndChangesNothing() {
    refused(Code.RESOURCE_EXHAUSTED, () -> expand(volume, size(200 * GIB, 0)), "san-a");
    assertThat(stored()).isEqualTo(10 * GIB);
  }

  @Test
  void aRequestWithoutIdOrSizeIsInvalid() {
    refused(Code.INVALID_ARGUMENT, () -> expand("", size(GIB, 0)), "volume_id");
    refused(
        Code.INVALID_ARGUMENT,
        () -> expand(volume, CapacityRange.getDefaultInstance()),
        "capacity_range");
    refused(Code.INVALID_ARGUMENT, () -> expand(volume, size(-1, 0)), "capacity_range");
    refused(
        Code.INVALID_ARGUMENT,
        () -> {
          var _ =
              controller
                  .client()
                  .controllerExpandVolume(
                      ControllerExpandVolumeRequest.newBuilder()
                          .setVolumeId(volume)
                          .setCapacityRange(size(GIB, 0))
                          .setVolumeCapability(
                              mount("ext4", AccessMode.Mode.MULTI_NODE_MULTI_WRITER))
                          .build());
        },
        "volume_capability");
  }

  @Test
  void aVolumeThatIsNotThereIsNotFound() {
    refused(Code.NOT_FOUND, () -> expand("nonsense", size(GIB, 0)), "nonsense");
    refused(Code.NOT_FOUND, () -> expand("san-a/" + "0".repeat(32), size(GIB, 0)), "san-a");
    refused(Code.NOT_FOUND, () -> expand("san-x/" + "0".repeat(32), size(GIB, 0)), "san-x");
  }

  @Test
  void aLostAnswerIsMadeGoodByTheRetry() {
    controller.agent("san-a").faults().loseAnswerOfNext("ExpandVolume");
    refused(Code.UNAVAILABLE, () -> expand(volume, size(12 * GIB, 0)), "san-a");

    assertThat(expand(volume, size(12 * GIB, 0)).getCapacityBytes()).isEqualTo(12 * GIB);
  }
}
