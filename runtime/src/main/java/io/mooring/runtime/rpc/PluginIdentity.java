package io.mooring.runtime.rpc;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.BoolValue;
import io.grpc.stub.StreamObserver;
import io.mooring.csi.v1.GetPluginCapabilitiesRequest;
import io.mooring.csi.v1.GetPluginCapabilitiesResponse;
import io.mooring.csi.v1.GetPluginInfoRequest;
import io.mooring.csi.v1.GetPluginInfoResponse;
import io.mooring.csi.v1.IdentityGrpc;
import io.mooring.csi.v1.PluginCapability;
import io.mooring.csi.v1.ProbeRequest;
import io.mooring.csi.v1.ProbeResponse;
import io.mooring.runtime.failure.Failure;
import java.util.List;
import java.util.function.Supplier;

/**
 * CSI's Identity service, which the controller and the node plugin both offer under the driver's
 * name.
 */
public final class PluginIdentity extends IdentityGrpc.IdentityImplBase {
  /** The CSI driver's name, also towards the kubelet. */
  public static final String DRIVER = "csi.mooring.io";

  /** The key of its one topology segment: the storage network that a node or target is on. */
  public static final String FABRIC_KEY = "topology.mooring.io/fabric";

  private final String version;
  private final Supplier<State> state;

  /** Whether the plugin can do its work, as Probe tells it. */
  public sealed interface State {
    /** Everything can be served. */
    record Ready() implements State {}

    /** Something is still to come; a restart would not bring it. */
    record Starting() implements State {}

    /**
     * Something is missing that somebody has to provide.
     *
     * @param troubles one sentence each
     */
    record Unfit(List<String> troubles) implements State {
      public Unfit {
        troubles = List.copyOf(troubles);
      }
    }
  }

  public PluginIdentity(String version, Supplier<State> state) {
    this.version = requireNonNull(version, "version is null");
    this.state = requireNonNull(state, "state is null");
  }

  @Override
  public void getPluginInfo(
      GetPluginInfoRequest request, StreamObserver<GetPluginInfoResponse> answer) {
    Unary.answer(
        answer,
        () -> GetPluginInfoResponse.newBuilder().setName(DRIVER).setVendorVersion(version).build());
  }

  /**
   * One driver, two plugins: the controller of the same driver name is a process of its own.
   * Volumes are reached from the fabrics of their storage target only.
   */
  @Override
  public void getPluginCapabilities(
      GetPluginCapabilitiesRequest request, StreamObserver<GetPluginCapabilitiesResponse> answer) {
    Unary.answer(
        answer,
        () ->
            GetPluginCapabilitiesResponse.newBuilder()
                .addCapabilities(capability(PluginCapability.Service.Type.CONTROLLER_SERVICE))
                .addCapabilities(
                    capability(PluginCapability.Service.Type.VOLUME_ACCESSIBILITY_CONSTRAINTS))
                .addCapabilities(capability(PluginCapability.Service.Type.GROUP_CONTROLLER_SERVICE))
                .addCapabilities(
                    capability(PluginCapability.Service.Type.SNAPSHOT_METADATA_SERVICE))
                .addCapabilities(
                    PluginCapability.newBuilder()
                        .setVolumeExpansion(
                            PluginCapability.VolumeExpansion.newBuilder()
                                .setType(PluginCapability.VolumeExpansion.Type.ONLINE)))
                .build());
  }

  private static PluginCapability capability(PluginCapability.Service.Type type) {
    return PluginCapability.newBuilder()
        .setService(PluginCapability.Service.newBuilder().setType(type))
        .build();
  }

  @Override
  public void probe(ProbeRequest request, StreamObserver<ProbeResponse> answer) {
    Unary.answer(
        answer,
        () ->
            switch (state.get()) {
              case State.Ready ready -> ready(true);
              case State.Starting starting -> ready(false);
              case State.Unfit unfit ->
                  throw Failure.failedPrecondition(String.join("; ", unfit.troubles()));
            });
  }

  private static ProbeResponse ready(boolean ready) {
    return ProbeResponse.newBuilder().setReady(BoolValue.of(ready)).build();
  }
}
