package io.mooring.controller.csi;

import static io.mooring.controller.testing.Refusals.refused;
import static io.mooring.controller.testing.Requests.NODE_1;
import static io.mooring.controller.testing.Requests.delete;
import static io.mooring.controller.testing.Requests.publish;
import static io.mooring.controller.testing.Requests.unpublish;
import static io.mooring.controller.testing.Requests.volumeNamed;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.mooring.controller.testing.TestController;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeleteVolumeTest {
  private final TestController controller = TestController.withTwoHosts();
  private String volume = "";

  @BeforeEach
  void makeAVolume() {
    volume =
        controller.client().createVolume(volumeNamed("pvc-1").build()).getVolume().getVolumeId();
  }

  @AfterEach
  void close() {
    controller.close();
  }

  private void remove(String volumeId) {
    var _ = controller.client().deleteVolume(delete(volumeId));
  }

  private int stored() {
    return controller.agent("san-a").storage().volumes().size();
  }

  @Test
  void aVolumeIsDeletedOnceAndForAll() {
    remove(volume);
    assertThat(stored()).isZero();

    remove(volume);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fake-vol-id", "/", "san-a/xyz", "SAN/0123456789abcdef0123456789abcdef"})
  void deletingAnIdThatCannotBeIsFine(String id) {
    remove(id);

    assertThat(stored()).isEqualTo(1);
    assertThat(controller.agent("san-a").calls()).doesNotContain("DeleteVolume");
  }

  @Test
  void anEmptyIdIsAnInvalidArgument() {
    refused(Code.INVALID_ARGUMENT, () -> remove(""), "volume_id");
  }

  @Test
  void aVolumeInUseStays() {
    var _ = controller.client().controllerPublishVolume(publish(volume, NODE_1).build());
    refused(Code.FAILED_PRECONDITION, () -> remove(volume), "san-a", "worker-1");
    assertThat(stored()).isEqualTo(1);

    var _ = controller.client().controllerUnpublishVolume(unpublish(volume, NODE_1));
    remove(volume);
    assertThat(stored()).isZero();
  }

  @Test
  void anUnreachableTargetIsNotTakenForAnEmptyOne() {
    controller.host("san-a").switchOff();
    refused(Code.UNAVAILABLE, () -> remove(volume), "san-a");

    controller.host("san-a").switchOn();
    remove(volume);
    assertThat(stored()).isZero();
  }

  @Test
  void theWrongHostIsNotTakenForAnEmptyOne() {
    // The controller knows nothing of the host yet: its first call must ask who it is.
    try (TestController fresh = new TestController()) {
      fresh.host("san-a").agent().storage().rename("san-x");

      refused(
          Code.FAILED_PRECONDITION,
          () -> fresh.client().deleteVolume(delete(volume)),
          "san-a",
          "san-x");
      assertThat(fresh.agent("san-a").calls()).doesNotContain("DeleteVolume");
    }
  }

  @Test
  void theHostIsAskedForItsNameAgainAfterTheConnectionWasLost() {
    controller.host("san-a").switchOff();
    refused(Code.UNAVAILABLE, () -> remove(volume), "san-a");
    controller.agent("san-a").storage().rename("san-x");
    controller.host("san-a").switchOn();

    refused(Code.FAILED_PRECONDITION, () -> remove(volume), "san-x");
    assertThat(stored()).isEqualTo(1);
  }

  @Test
  void aTargetThatIsNotConfiguredAnyMoreIsNotTakenForAnEmptyOne() {
    controller.targets().remove("san-a");

    refused(Code.FAILED_PRECONDITION, () -> remove(volume), "san-a", "configured");
    assertThat(stored()).isEqualTo(1);
  }

  @Test
  void aLostAnswerIsMadeGoodByTheRetry() {
    controller.agent("san-a").faults().loseAnswerOfNext("DeleteVolume");
    refused(Code.UNAVAILABLE, () -> remove(volume), "san-a");

    remove(volume);
    assertThat(stored()).isZero();
  }

  @Test
  void anAgentThatFailsKeepsItsWords() {
    controller.agent("san-a").faults().failNext("DeleteVolume", Code.INTERNAL, "lvremove failed");
    refused(Code.INTERNAL, () -> remove(volume), "storage target san-a", "lvremove failed");

    remove(volume);
  }
}
