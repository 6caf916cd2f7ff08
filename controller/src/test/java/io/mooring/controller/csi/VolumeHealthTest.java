package io.mooring.controller.csi;

import static io.mooring.controller.testing.Refusals.refused;
import static io.mooring.controller.testing.Requests.volumeNamed;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.mooring.agent.v1.Severity;
import io.mooring.controller.testing.FakeRecords;
import io.mooring.controller.testing.TestController;
import io.mooring.csi.v1.ControllerGetVolumeHealthRequest;
import io.mooring.csi.v1.ControllerListVolumeHealthRequest;
import io.mooring.csi.v1.ControllerListVolumeHealthResponse;
import io.mooring.csi.v1.VolumeHealth;
import io.mooring.csi.v1.VolumeHealth.VolumeHealthEntry;
import io.mooring.csi.v1.VolumeHealthErrorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How volumes are, as their storage hosts tell. */
class VolumeHealthTest {
  private final TestController controller = TestController.withTwoHosts(new FakeRecords());
  private final List<String> volumes = new ArrayList<>();

  @BeforeEach
  void makeThreeVolumesOnSanA() {
    for (String name : List.of("pvc-1", "pvc-2", "pvc-3")) {
      String id =
          controller
              .client()
              .createVolume(volumeNamed(name).putParameters("target", "san-a").build())
              .getVolume()
              .getVolumeId();
      volumes.add(id);
    }
    Collections.sort(volumes);
  }

  @AfterEach
  void close() {
    controller.close();
  }

  private void find(String volumeId, Severity severity, String reason) {
    controller
        .host("san-a")
        .agent()
        .health()
        .find(volumeId.replace("san-a/", ""), severity, reason, "look at it");
  }

  private VolumeHealth get(String volumeId) {
    return controller
        .client()
        .controllerGetVolumeHealth(
            ControllerGetVolumeHealthRequest.newBuilder().setVolumeId(volumeId).build())
        .getVolumeHealth();
  }

  private ControllerListVolumeHealthResponse list(int most, String token) {
    return controller
        .client()
        .controllerListVolumeHealth(
            ControllerListVolumeHealthRequest.newBuilder()
                .setMaxEntries(most)
                .setStartingToken(token)
                .build());
  }

  @Test
  void aVolumeThatIsWellHasNoEntriesAndIsNotListed() {
    assertThat(get(volumes.getFirst()).getHealthStatusesList()).isEmpty();
    assertThat(list(0, "").getEntriesList()).isEmpty();
  }

  @Test
  void whatTheHostFindsIsToldOfThatVolumeAlone() {
    find(volumes.get(1), Severity.SEVERITY_DATA_LOSS, "VolumeLost");
    VolumeHealth health = get(volumes.get(1));
    assertThat(health.getVolumeId()).isEqualTo(volumes.get(1));
    assertThat(health.getHealthStatusesList())
        .containsExactly(
            VolumeHealthEntry.newBuilder()
                .setStatus(VolumeHealthErrorType.DATA_LOSS)
                .setReason("VolumeLost")
                .setMessage("look at it")
                .build());
    assertThat(get(volumes.getFirst()).getHealthStatusesList()).isEmpty();
  }

  @Test
  void volumesThatAreUnwellAreListedInPagesWithAllThatIsWrong() {
    for (String volume : volumes) {
      find(volume, Severity.SEVERITY_INACCESSIBLE, "PoolFull");
    }
    find(volumes.getFirst(), Severity.SEVERITY_INACCESSIBLE, "NotServed");

    ControllerListVolumeHealthResponse first = list(2, "");
    ControllerListVolumeHealthResponse second = list(2, first.getNextToken());

    assertThat(first.getEntriesList())
        .extracting(VolumeHealth::getVolumeId)
        .containsExactlyElementsOf(volumes.subList(0, 2));
    assertThat(first.getEntries(0).getHealthStatusesList())
        .extracting(VolumeHealthEntry::getReason)
        .containsExactly("PoolFull", "NotServed");
    assertThat(second.getEntriesList())
        .extracting(VolumeHealth::getVolumeId)
        .containsExactly(volumes.get(2));
    assertThat(second.getNextToken()).isEmpty();
  }

  @Test
  void aSeverityThatOnlyANewerAgentKnowsIsPassedOver() {
    find(volumes.getFirst(), Severity.SEVERITY_UNSPECIFIED, "Strange");
    assertThat(get(volumes.getFirst()).getHealthStatusesList()).isEmpty();
  }

  @Test
  void whatIsNotGivenOrNotThereIsSaid() {
    refused(Code.INVALID_ARGUMENT, () -> get(""), "volume_id");
    refused(Code.INVALID_ARGUMENT, () -> list(-1, ""), "max_entries");
    refused(Code.ABORTED, () -> list(0, "none of ours"), "starting_token");
  }

  @Test
  void aHostThatDoesNotAnswerIsNoHealthyHost() {
    controller.host("san-a").switchOff();
    refused(Code.UNAVAILABLE, () -> get(volumes.getFirst()), "san-a");
    refused(Code.UNAVAILABLE, () -> list(0, ""), "san-a");
  }
}
