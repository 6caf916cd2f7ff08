package io.mooring.runtime.rpc;

import io.grpc.stub.StreamObserver;
import io.mooring.csi.v1.GetPluginInfoRequest;
import io.mooring.csi.v1.GetPluginInfoResponse;
import io.mooring.csi.v1.IdentityGrpc;
import io.mooring.csi.v1.NodeGrpc;
import io.mooring.csi.v1.NodeStageVolumeRequest;
import io.mooring.csi.v1.NodeStageVolumeResponse;
import io.mooring.csi.v1.ProbeRequest;
import io.mooring.csi.v1.ProbeResponse;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** Services whose answers a test decides. */
final class Probes {
  final AtomicReference<Supplier<String>> pluginName = new AtomicReference<>(() -> "csi.example");
  final AtomicReference<Runnable> staging = new AtomicReference<>(() -> {});

  final IdentityGrpc.IdentityImplBase identity =
      new IdentityGrpc.IdentityImplBase() {
        @Override
        public void getPluginInfo(
            GetPluginInfoRequest request, StreamObserver<GetPluginInfoResponse> observer) {
          Unary.answer(
              observer,
              () -> GetPluginInfoResponse.newBuilder().setName(pluginName.get().get()).build());
        }

        @Override
        public void probe(ProbeRequest request, StreamObserver<ProbeResponse> observer) {
          Unary.answer(observer, ProbeResponse::getDefaultInstance);
        }
      };

  final NodeGrpc.NodeImplBase node =
      new NodeGrpc.NodeImplBase() {
        @Override
        public void nodeStageVolume(
            NodeStageVolumeRequest request, StreamObserver<NodeStageVolumeResponse> observer) {
          // Not within Unary: what escapes here must be caught elsewhere.
          staging.get().run();
          Unary.answer(observer, NodeStageVolumeResponse::getDefaultInstance);
        }
      };
}
