package io.mooring.controller.csi;

import static io.mooring.controller.testing.Refusals.refused;
import static io.mooring.controller.testing.Requests.mount;
import static io.mooring.controller.testing.Requests.size;
import static io.mooring.controller.testing.Requests.volumeNamed;
import static io.mooring.controller.testing.TestController.GIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.mooring.controller.testing.TestController;
import io.mooring.csi.v1.GetCapacityRequest;
import io.mooring.csi.v1.GetCapacityResponse;
import io.mooring.csi.v1.VolumeCapability.AccessMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GetCapacityTest {
  private final TestController controller = TestController.withTwoHosts();

  @AfterEach
  void close() {
    controller.close();
  }

  private void expect(GetCapacityRequest.Builder request, long available, long largest) {
    GetCapacityResponse answer = controller.client().getCapacity(request.build());
    assertThat(answer.getAvailableCapacity()).isEqualTo(available);
    assertThat(answer.getMaximumVolumeSize().getValue()).isEqualTo(largest);
  }

  private static GetCapacityRequest.Builder ask() {
    return GetCapacityRequest.newBuilder();
  }

  @Test
  void roomIsSummedAndTheLargestPieceIsSaid() {
    expect(ask(), 200 * GIB, 100 * GIB);
  }

  @Test
  void parametersNarrowIt() {
    expect(ask().putParameters("pool", "fast"), 160 * GIB, 100 * GIB);
    expect(ask().putParameters("target", "san-b"), 60 * GIB, 60 * GIB);
    expect(
        ask().putParameters("pool", "slow").putParameters("target", "san-a"), 40 * GIB, 40 * GIB);
  }

  @Test
  void volumesTakeRoom() {
    var _ =
        controller
            .client()
            .createVolume(volumeNamed("pvc-1").setCapacityRange(size(70 * GIB, 0)).build());

    expect(ask(), 130 * GIB, 60 * GIB);
  }

  @Test
  void aPoolThatRefusesHasNone() {
    controller.agent("san-a").storage().refuse("fast", "its metadata is full");

    expect(ask(), 100 * GIB, 60 * GIB);
  }

  @Test
  void aUseThatIsNotOfferedHasNoCapacity() {
    expect(ask().addVolumeCapabilities(mount("", AccessMode.Mode.MULTI_NODE_MULTI_WRITER)), 0, 0);
    expect(
        ask().addVolumeCapabilities(mount("xfs", AccessMode.Mode.SINGLE_NODE_WRITER)),
        200 * GIB,
        100 * GIB);
  }

  @Test
  void roomTooSmallForXfsIsNone() {
    try (TestController small = new TestController()) {
      small.host("san-a").agent().storage().pool("tiny", 200L << 20);

      GetCapacityRequest.Builder request =
          ask().addVolumeCapabilities(mount("xfs", AccessMode.Mode.SINGLE_NODE_WRITER));
      assertThat(small.client().getCapacity(request.build()).getAvailableCapacity()).isZero();
      assertThat(small.client().getCapacity(ask().build()).getAvailableCapacity())
          .isEqualTo(200L << 20);
    }
  }

  @Test
  void wrongParametersAndAbsentTargetsAreRefused() {
    refused(Code.INVALID_ARGUMENT, () -> expect(ask().putParameters("x", "y"), 0, 0), "\"x\"");
    refused(Code.INVALID_ARGUMENT, () -> expect(ask().putParameters("pool", "y"), 0, 0), "\"y\"");
    controller.host("san-b").switchOff();
    refused(Code.UNAVAILABLE, () -> expect(ask(), 0, 0), "san-b");
    expect(ask().putParameters("target", "san-a"), 140 * GIB, 100 * GIB);
  }
}
