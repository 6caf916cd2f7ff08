package io.mooring.node.csi;

import static java.util.Objects.requireNonNull;

import io.grpc.stub.StreamObserver;
import io.mooring.kubelet.v1.InfoRequest;
import io.mooring.kubelet.v1.PluginInfo;
import io.mooring.kubelet.v1.RegistrationGrpc;
import io.mooring.kubelet.v1.RegistrationStatus;
import io.mooring.kubelet.v1.RegistrationStatusResponse;
import io.mooring.runtime.rpc.PluginIdentity;
import io.mooring.runtime.rpc.Unary;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** The kubelet's plugin registration service, as it is asked for a CSI driver. */
final class KubeletService extends RegistrationGrpc.RegistrationImplBase {
  private static final String TYPE = "CSIPlugin";

  /** Of CSI; the kubelet compares the first number. */
  private static final String VERSION = "1.0.0";

  private final Path endpoint;
  private final Consumer<Optional<String>> outcome;

  /**
   * @param endpoint CSI's socket as the kubelet sees it
   * @param outcome is told the kubelet's complaint, or nothing when the plugin is registered
   */
  KubeletService(Path endpoint, Consumer<Optional<String>> outcome) {
    this.endpoint = requireNonNull(endpoint, "endpoint is null");
    this.outcome = requireNonNull(outcome, "outcome is null");
  }

  @Override
  public void getInfo(InfoRequest request, StreamObserver<PluginInfo> answer) {
    Unary.answer(
        answer,
        () ->
            PluginInfo.newBuilder()
                .setType(TYPE)
                .setName(PluginIdentity.DRIVER)
                .setEndpoint(endpoint.toString())
                .addSupportedVersions(VERSION)
                .build());
  }

  @Override
  public void notifyRegistrationStatus(
      RegistrationStatus status, StreamObserver<RegistrationStatusResponse> answer) {
    Unary.answer(
        answer,
        () -> {
          outcome.accept(
              status.getPluginRegistered() ? Optional.empty() : Optional.of(status.getError()));
          return RegistrationStatusResponse.getDefaultInstance();
        });
  }
}
