package io.mooring.controller.csi;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.BoolValue;
import io.grpc.stub.StreamObserver;
import io.mooring.controller.target.Targets;
import io.mooring.csi.v1.GetPluginCapabilitiesRequest;
import io.mooring.csi.v1.GetPluginCapabilitiesResponse;
import io.mooring.csi.v1.GetPluginInfoRequest;
import io.mooring.csi.v1.GetPluginInfoResponse;
import io.mooring.csi.v1.IdentityGrpc;
import io.mooring.csi.v1.PluginCapability;
import io.mooring.csi.v1.ProbeRequest;
import io.mooring.csi.v1.ProbeResponse;
import io.mooring.runtime.rpc.Unary;

/** CSI Identity of the controller. */
public final class IdentityService extends IdentityGrpc.IdentityImplBase {
  private static final String DRIVER = "csi.mooring.io";

  private final Targets targets;
  private final String version;

  public IdentityService(Targets targets, String version) {
    this.targets = requireNonNull(targets, "targets is null");
    this.version = requireNonNull(version, "version is null");
  }

  @Override
  public void getPluginInfo(
      GetPluginInfoRequest request, StreamObserver<GetPluginInfoResponse> answer) {
    Unary.answer(
        answer,
        () -> GetPluginInfoResponse.newBuilder().setName(DRIVER).setVendorVersion(version).build());
  }

  @Override
  public void getPluginCapabilities(
      GetPluginCapabilitiesRequest request, StreamObserver<GetPluginCapabilitiesResponse> answer) {
    Unary.answer(
        answer,
        () ->
            GetPluginCapabilitiesResponse.newBuilder()
                .addCapabilities(
                    PluginCapability.newBuilder()
                        .setService(
                            PluginCapability.Service.newBuilder()
                                .setType(PluginCapability.Service.Type.CONTROLLER_SERVICE)))
                .build());
  }

  /** Not ready, rather than unhealthy, without targets: a restart would not bring any. */
  @Override
  public void probe(ProbeRequest request, StreamObserver<ProbeResponse> answer) {
    Unary.answer(
        answer,
        () ->
            ProbeResponse.newBuilder().setReady(BoolValue.of(targets.trouble().isEmpty())).build());
  }
}
