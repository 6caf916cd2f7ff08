package io.mooring.controller.csi;

import static io.mooring.controller.testing.Refusals.refused;
import static io.mooring.controller.testing.Requests.NODE_1;
import static io.mooring.controller.testing.Requests.publish;
import static io.mooring.controller.testing.Requests.size;
import static io.mooring.controller.testing.Requests.volumeNamed;
import static io.mooring.controller.testing.TestController.GIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.mooring.controller.target.Maintenance;
import io.mooring.controller.target.PathNetwork;
import io.mooring.controller.target.Portal;
import io.mooring.controller.target.Share;
import io.mooring.controller.testing.TestController;
import io.mooring.csi.v1.ControllerGetVolumeRequest;
import io.mooring.csi.v1.CreateVolumeRequest;
import io.mooring.csi.v1.GetCapacityRequest;
import io.mooring.csi.v1.ListVolumesRequest;
import io.mooring.csi.v1.Topology;
import io.mooring.csi.v1.TopologyRequirement;
import io.mooring.csi.v1.Volume;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What of a storage host is used, and from where it is reached. */
class TopologyTest {
  private final TestController controller = TestController.withTwoHosts();

  @BeforeEach
  void connect() {
    share("san-a", new Share(Set.of(), List.of(), List.of("red")));
    share("san-b", new Share(Set.of(), List.of(), List.of("red", "blue")));
  }

  @AfterEach
  void close() {
    controller.close();
  }

  private void share(String host, Share share) {
    controller.configure(host, target -> target.sharing(share));
  }

  private Volume make(CreateVolumeRequest.Builder request) {
    return controller.client().createVolume(request.build()).getVolume();
  }

  private static Topology fabric(String name) {
    return Topology.newBuilder().putSegments("topology.mooring.io/fabric", name).build();
  }

  private static TopologyRequirement in(String... fabrics) {
    TopologyRequirement.Builder requirement = TopologyRequirement.newBuilder();
    for (String name : fabrics) {
      requirement.addRequisite(fabric(name)).addPreferred(fabric(name));
    }
    return requirement.build();
  }

  @Test
  void aVolumeIsMadeWhereItIsReached() {
    Volume volume = make(volumeNamed("pvc-1").setAccessibilityRequirements(in("blue")));

    assertThat(volume.getVolumeId()).startsWith("san-b/");
    assertThat(volume.getAccessibleTopologyList()).containsExactly(fabric("red"), fabric("blue"));
  }

  @Test
  void theFirstPreferredFabricWithRoomWins() {
    assertThat(
            make(volumeNamed("pvc-1").setAccessibilityRequirements(in("blue", "red")))
                .getVolumeId())
        .startsWith("san-b/");
    assertThat(
            make(volumeNamed("pvc-2").setAccessibilityRequirements(in("red", "blue")))
                .getVolumeId())
        .startsWith("san-a/");
    assertThat(
            make(volumeNamed("pvc-3")
                    .setCapacityRange(size(70 * GIB, 0))
                    .setAccessibilityRequirements(in("blue", "red")))
                .getVolumeId())
        .startsWith("san-a/");
  }

  @Test
  void aFabricThatNoTargetServesIsExhausted() {
    refused(
        Code.RESOURCE_EXHAUSTED,
        () -> make(volumeNamed("pvc-1").setAccessibilityRequirements(in("green"))),
        "green");
  }

  @Test
  void anExistingVolumeThatIsReachedFromElsewhereIsAnother() {
    make(volumeNamed("pvc-1").setAccessibilityRequirements(in("red")));

    refused(
        Code.ALREADY_EXISTS,
        () -> make(volumeNamed("pvc-1").setAccessibilityRequirements(in("blue"))),
        "blue");
  }

  @Test
  void anotherKeyIsRefused() {
    refused(
        Code.INVALID_ARGUMENT,
        () ->
            make(
                volumeNamed("pvc-1")
                    .setAccessibilityRequirements(
                        TopologyRequirement.newBuilder()
                            .addRequisite(Topology.newBuilder().putSegments("zone", "a")))),
        "topology.mooring.io/fabric");
  }

  @Test
  void volumesTellFromWhereTheyAreReached() {
    Volume volume = make(volumeNamed("pvc-1").setAccessibilityRequirements(in("blue")));

    assertThat(
            controller
                .client()
                .listVolumes(ListVolumesRequest.getDefaultInstance())
                .getEntries(0)
                .getVolume())
        .isEqualTo(volume);
    assertThat(
            controller
                .client()
                .controllerGetVolume(
                    ControllerGetVolumeRequest.newBuilder()
                        .setVolumeId(volume.getVolumeId())
                        .build())
                .getVolume())
        .isEqualTo(volume);
  }

  private long room(GetCapacityRequest.Builder request) {
    return controller.client().getCapacity(request.build()).getAvailableCapacity();
  }

  private static GetCapacityRequest.Builder from(String name) {
    return GetCapacityRequest.newBuilder().setAccessibleTopology(fabric(name));
  }

  @Test
  void capacityIsThatOfOneFabric() {
    assertThat(room(from("red"))).isEqualTo(200 * GIB);
    assertThat(room(from("blue"))).isEqualTo(60 * GIB);
    assertThat(room(from("green"))).isZero();
    assertThat(room(from("blue").putParameters("pool", "slow"))).isZero();
    assertThat(room(GetCapacityRequest.newBuilder())).isEqualTo(200 * GIB);
  }

  @Test
  void aPoolThatIsNotSharedTakesNoVolumesAndHasNoRoom() {
    share("san-a", new Share(Set.of("slow"), List.of(), List.of("red")));

    assertThat(make(volumeNamed("pvc-1")).getVolumeContextMap())
        .containsEntry("pool", "fast")
        .containsEntry("target", "san-b");
    assertThat(room(GetCapacityRequest.newBuilder())).isEqualTo(90 * GIB);
    refused(
        Code.INVALID_ARGUMENT,
        () ->
            make(
                volumeNamed("pvc-2")
                    .putParameters("pool", "fast")
                    .putParameters("target", "san-a")),
        "san-a/slow");
  }

  @Test
  void aVolumeInAPoolThatIsNotSharedAnyMoreStaysUsable() {
    Volume volume = make(volumeNamed("pvc-1"));
    share("san-a", new Share(Set.of("slow"), List.of(), List.of("red")));

    assertThat(make(volumeNamed("pvc-1"))).isEqualTo(volume);
    assertThat(publishedTargets(volume)).contains("10.77.1.1:3260", "[fd00::1]:3260");
  }

  private String publishedTargets(Volume volume) {
    return controller
        .client()
        .controllerPublishVolume(publish(volume.getVolumeId(), NODE_1).build())
        .getPublishContextOrThrow("targets");
  }

  @Test
  void nodesAreToldOnlyOfTheSharedPortals() {
    Volume volume = make(volumeNamed("pvc-1"));
    share(
        "san-a",
        new Share(
            Set.of(),
            List.of(new Portal("fd00:0:0:0:0:0:0:1", 3260), new Portal("10.77.1.1", 3261)),
            List.of("red")));

    assertThat(publishedTargets(volume)).contains("[fd00::1]:3260").doesNotContain("10.77.1.1");
  }

  @Test
  void nodesAreNotToldOfPortalsUnderMaintenance() {
    Volume volume = make(volumeNamed("pvc-1"));
    Maintenance network =
        new Maintenance(List.of(), List.of(PathNetwork.parse("10.77.1.0/24").orElseThrow()));
    share("san-a", new Share(Set.of(), List.of(), List.of("red"), network, 5));

    assertThat(publishedTargets(volume)).contains("[fd00::1]:3260").doesNotContain("10.77.1.1");
  }

  @Test
  void withoutAnySharedPortalNothingIsPublished() {
    Volume volume = make(volumeNamed("pvc-1"));
    share("san-a", new Share(Set.of(), List.of(new Portal("10.77.9.9", 3260)), List.of("red")));

    refused(
        Code.FAILED_PRECONDITION,
        () -> publishedTargets(volume),
        "san-a",
        "10.77.1.1:3260",
        "10.77.9.9:3260");
  }
}
