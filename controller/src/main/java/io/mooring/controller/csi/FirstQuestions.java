package io.mooring.controller.csi;

import io.grpc.Channel;
import io.mooring.csi.v1.ControllerGetCapabilitiesRequest;
import io.mooring.csi.v1.ControllerGrpc;
import io.mooring.csi.v1.GetPluginCapabilitiesRequest;
import io.mooring.csi.v1.GetPluginInfoRequest;
import io.mooring.csi.v1.IdentityGrpc;
import java.util.List;
import java.util.function.Function;

/** What each sidecar asks a controller that it has found. */
public final class FirstQuestions {
  private FirstQuestions() {}

  public static List<Function<Channel, ?>> ofSidecars() {
    return List.of(
        controller ->
            IdentityGrpc.newBlockingStub(controller)
                .getPluginInfo(GetPluginInfoRequest.getDefaultInstance()),
        controller ->
            IdentityGrpc.newBlockingStub(controller)
                .getPluginCapabilities(GetPluginCapabilitiesRequest.getDefaultInstance()),
        controller ->
            ControllerGrpc.newBlockingStub(controller)
                .controllerGetCapabilities(ControllerGetCapabilitiesRequest.getDefaultInstance()));
  }
}
