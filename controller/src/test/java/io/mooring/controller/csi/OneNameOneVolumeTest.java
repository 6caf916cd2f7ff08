package io.mooring.controller.csi;

import static io.mooring.controller.testing.Refusals.refused;
import static io.mooring.controller.testing.Requests.size;
import static io.mooring.controller.testing.Requests.volumeNamed;
import static io.mooring.controller.testing.TestController.GIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Status.Code;
import io.mooring.controller.testing.TestController;
import io.mooring.csi.v1.ControllerGrpc;
import io.mooring.csi.v1.CreateVolumeRequest;
import io.mooring.csi.v1.CreateVolumeResponse;
import io.mooring.csi.v1.Volume;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** However often a volume is asked for, and whatever breaks meanwhile, it exists at most once. */
class OneNameOneVolumeTest {
  private final TestController controller = TestController.withTwoHosts();

  @AfterEach
  void close() {
    controller.close();
  }

  private Volume make(CreateVolumeRequest.Builder request) {
    return controller.client().createVolume(request.build()).getVolume();
  }

  private int stored() {
    return controller.agent("san-a").storage().volumes().size()
        + controller.agent("san-b").storage().volumes().size();
  }

  @Test
  void aRetryWithTheOwnerUnreachableMakesNoSecondVolume() {
    controller.agent("san-a").faults().loseAnswerOfNext("CreateVolume");
    refused(Code.UNAVAILABLE, () -> make(volumeNamed("pvc-1")), "san-a");
    assertThat(stored()).isEqualTo(1);

    controller.host("san-a").switchOff();
    refused(Code.UNAVAILABLE, () -> make(volumeNamed("pvc-1")), "san-a");
    assertThat(stored()).isEqualTo(1);

    controller.host("san-a").switchOn();
    assertThat(make(volumeNamed("pvc-1")).getVolumeId()).startsWith("san-a/");
    assertThat(stored()).isEqualTo(1);
  }

  @Test
  void aTargetThatTheRequestExcludesIsAskedAsWell() {
    controller.host("san-b").switchOff();

    refused(
        Code.UNAVAILABLE,
        () -> make(volumeNamed("pvc-1").putParameters("target", "san-a")),
        "san-b");

    assertThat(stored()).isZero();
  }

  @Test
  void allTargetsAreAskedAtTheSameTime() throws Exception {
    controller.agent("san-a").faults().hold("GetVolume");
    controller.agent("san-b").faults().hold("GetVolume");
    ListenableFuture<CreateVolumeResponse> call = start(volumeNamed("pvc-1"));

    await()
        .atMost(Duration.ofSeconds(10))
        .until(() ->
            controller.agent("san-a").calls().contains("GetVolume")
                && controller.agent("san-b").calls().contains("GetVolume"));
    controller.agent("san-a").faults().letGo("GetVolume");
    controller.agent("san-b").faults().letGo("GetVolume");

    assertThat(call.get(10, TimeUnit.SECONDS).getVolume().getVolumeId()).startsWith("san-a/");
  }

  @Test
  void aVolumeThatIsFoundIsReturnedWhileAnotherTargetIsAway() {
    Volume volume = make(volumeNamed("pvc-1"));
    controller.host("san-b").switchOff();

    assertThat(make(volumeNamed("pvc-1"))).isEqualTo(volume);
  }

  @Test
  void theRetryFindsTheVolumeWhenAnotherPoolHasMoreRoomByThen() {
    controller.agent("san-a").faults().loseAnswerOfNext("CreateVolume");
    refused(
        Code.UNAVAILABLE,
        () -> make(volumeNamed("pvc-1").setCapacityRange(size(60 * GIB, 0))),
        "san-a");

    assertThat(make(volumeNamed("pvc-1").setCapacityRange(size(60 * GIB, 0))).getVolumeId())
        .startsWith("san-a/");
    assertThat(stored()).isEqualTo(1);
  }

  @Test
  void anOwnerThatIsStillAtWorkIsWaitedFor() {
    // A controller that died left a create running on the host: the agent says so.
    controller.agent("san-b").faults().failNext("GetVolume", Code.ABORTED, "it is being made");

    refused(Code.ABORTED, () -> make(volumeNamed("pvc-1")), "san-b", "it is being made");

    assertThat(stored()).isZero();
  }

  @Test
  void aTargetThatFailsTheQuestionLeavesTheAnswerOpen() {
    // INTERNAL would tell the caller that nothing was made; nobody knows that here.
    controller.agent("san-b").faults().failNext("GetVolume", Code.INTERNAL, "lvs failed");

    refused(Code.UNAVAILABLE, () -> make(volumeNamed("pvc-1")), "san-b", "lvs failed", "pvc-1");

    assertThat(stored()).isZero();
    make(volumeNamed("pvc-1"));
  }

  @Test
  void aNameOnTwoTargetsIsReportedAndNotGuessed() {
    controller.agent("san-a").storage().put("pvc-1", "fast", 10 * GIB);
    controller.agent("san-b").storage().put("pvc-1", "fast", 10 * GIB);

    refused(Code.FAILED_PRECONDITION, () -> make(volumeNamed("pvc-1")), "san-a/", "san-b/");
  }

  @Test
  void theWrongHostBehindAnEndpointIsRefused() {
    controller.agent("san-b").storage().rename("san-x");

    refused(Code.FAILED_PRECONDITION, () -> make(volumeNamed("pvc-1")), "san-b", "san-x");

    assertThat(stored()).isZero();
  }

  @Test
  void aFailedCreateCanBeRepeated() {
    controller.agent("san-a").faults().failNext("CreateVolume", Code.INTERNAL, "lvcreate failed");
    refused(Code.INTERNAL, () -> make(volumeNamed("pvc-1")), "san-a", "lvcreate failed");

    make(volumeNamed("pvc-1"));
    assertThat(stored()).isEqualTo(1);
  }

  @Test
  void aPoolThatVanishesUnderTheCallIsTriedAgain() {
    controller.agent("san-a").faults().failNext("CreateVolume", Code.NOT_FOUND, "no pool fast");

    refused(Code.ABORTED, () -> make(volumeNamed("pvc-1")), "no pool fast");
  }

  @Test
  void theSameCallAtTheSameTimeJoinsAndAnotherIsAborted() throws Exception {
    controller.agent("san-a").faults().hold("CreateVolume");
    ListenableFuture<CreateVolumeResponse> first = start(volumeNamed("pvc-1"));
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> controller.agent("san-a").calls().contains("CreateVolume"));
    ListenableFuture<CreateVolumeResponse> second = start(volumeNamed("pvc-1"));

    refused(
        Code.ABORTED,
        () -> make(volumeNamed("pvc-1").setCapacityRange(size(20 * GIB, 0))),
        "pvc-1",
        "CreateVolume");
    controller.agent("san-a").faults().letGo("CreateVolume");

    assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo(first.get(10, TimeUnit.SECONDS));
    assertThat(stored()).isEqualTo(1);
  }

  @Test
  void aCallerThatGivesUpLeavesTheCreateRunningAndItsRetryJoins() {
    controller.agent("san-a").faults().hold("CreateVolume");
    refused(
        Code.DEADLINE_EXCEEDED,
        () ->
            controller
                .client()
                .withDeadlineAfter(1500, TimeUnit.MILLISECONDS)
                .createVolume(volumeNamed("pvc-1").build()),
        "pvc-1");

    controller.agent("san-a").faults().letGo("CreateVolume");

    assertThat(make(volumeNamed("pvc-1")).getVolumeId()).startsWith("san-a/");
    assertThat(stored()).isEqualTo(1);
    assertThat(controller.agent("san-a").calls()).containsOnlyOnce("CreateVolume");
  }

  private ListenableFuture<CreateVolumeResponse> start(CreateVolumeRequest.Builder request) {
    return ControllerGrpc.newFutureStub(controller.client().getChannel())
        .withDeadlineAfter(10, TimeUnit.SECONDS)
        .createVolume(request.build());
  }
}
