package io.mooring.controller.csi;

import static io.mooring.controller.testing.Refusals.refused;
import static io.mooring.controller.testing.Requests.delete;
import static io.mooring.controller.testing.Requests.volumeNamed;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.mooring.controller.testing.TestController;
import io.mooring.csi.v1.ControllerGetCapabilitiesRequest;
import io.mooring.csi.v1.ControllerServiceCapability.RPC;
import io.mooring.csi.v1.GetPluginCapabilitiesRequest;
import io.mooring.csi.v1.GetPluginInfoRequest;
import io.mooring.csi.v1.GetPluginInfoResponse;
import io.mooring.csi.v1.PluginCapability;
import io.mooring.csi.v1.ProbeRequest;
import io.mooring.csi.v1.ProbeResponse;
import org.junit.jupiter.api.Test;

class IdentityServiceTest {
  @Test
  void thePluginSaysWhoItIs() {
    try (TestController controller = TestController.withTwoHosts()) {
      GetPluginInfoResponse info =
          controller.identity().getPluginInfo(GetPluginInfoRequest.getDefaultInstance());

      assertThat(info.getName()).isEqualTo("csi.mooring.io");
      assertThat(info.getVendorVersion()).isEqualTo("1.2.3");
    }
  }

  @Test
  void exactlyWhatIsImplementedIsClaimed() {
    try (TestController controller = TestController.withTwoHosts()) {
      assertThat(
              controller
                  .identity()
                  .getPluginCapabilities(GetPluginCapabilitiesRequest.getDefaultInstance())
                  .getCapabilitiesList())
          .containsExactly(
              service(PluginCapability.Service.Type.CONTROLLER_SERVICE),
              service(PluginCapability.Service.Type.VOLUME_ACCESSIBILITY_CONSTRAINTS),
              service(PluginCapability.Service.Type.GROUP_CONTROLLER_SERVICE),
              service(PluginCapability.Service.Type.SNAPSHOT_METADATA_SERVICE),
              PluginCapability.newBuilder()
                  .setVolumeExpansion(
                      PluginCapability.VolumeExpansion.newBuilder()
                          .setType(PluginCapability.VolumeExpansion.Type.ONLINE))
                  .build());
      assertThat(
              controller
                  .client()
                  .controllerGetCapabilities(ControllerGetCapabilitiesRequest.getDefaultInstance())
                  .getCapabilitiesList())
          .extracting(capability -> capability.getRpc().getType())
          .containsExactlyInAnyOrder(
              RPC.Type.CREATE_DELETE_VOLUME,
              RPC.Type.PUBLISH_UNPUBLISH_VOLUME,
              RPC.Type.LIST_VOLUMES,
              RPC.Type.LIST_VOLUMES_PUBLISHED_NODES,
              RPC.Type.GET_VOLUME_HEALTH,
              RPC.Type.LIST_VOLUME_HEALTH,
              RPC.Type.EXPAND_VOLUME,
              RPC.Type.MODIFY_VOLUME,
              RPC.Type.CREATE_DELETE_SNAPSHOT,
              RPC.Type.LIST_SNAPSHOTS,
              RPC.Type.GET_SNAPSHOT,
              RPC.Type.CLONE_VOLUME,
              RPC.Type.GET_CAPACITY,
              RPC.Type.GET_VOLUME,
              RPC.Type.SINGLE_NODE_MULTI_WRITER,
              RPC.Type.PUBLISH_READONLY);
    }
  }

  private static PluginCapability service(PluginCapability.Service.Type type) {
    return PluginCapability.newBuilder()
        .setService(PluginCapability.Service.newBuilder().setType(type))
        .build();
  }

  @Test
  void itIsReadyOnceTargetsAreKnown() {
    try (TestController controller = new TestController()) {
      assertThat(probe(controller).getReady().getValue()).isFalse();
      refused(
          Code.UNAVAILABLE,
          () -> controller.client().createVolume(volumeNamed("pvc-1").build()),
          "no storage target");
      refused(
          Code.UNAVAILABLE,
          () -> controller.client().deleteVolume(delete("san-a/0123456789abcdef0123456789abcdef")),
          "no storage target");

      controller.host("san-a");

      assertThat(probe(controller).getReady().getValue()).isTrue();
    }
  }

  private static ProbeResponse probe(TestController controller) {
    return controller.identity().probe(ProbeRequest.getDefaultInstance());
  }
}
