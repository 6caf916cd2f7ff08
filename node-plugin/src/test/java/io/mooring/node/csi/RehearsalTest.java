package io.mooring.node.csi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.grpc.stub.StreamObserver;
import io.mooring.csi.v1.NodeGetInfoRequest;
import io.mooring.csi.v1.NodeGetInfoResponse;
import io.mooring.csi.v1.NodeGrpc;
import io.mooring.runtime.metrics.Metrics;
import io.mooring.runtime.rpc.CallLog;
import io.mooring.runtime.rpc.PluginIdentity;
import io.mooring.runtime.rpc.RpcServer;
import io.mooring.runtime.rpc.Unary;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RehearsalTest {
  @TempDir Path directory;
  private final AtomicInteger asked = new AtomicInteger();

  private final NodeGrpc.NodeImplBase node =
      new NodeGrpc.NodeImplBase() {
        @Override
        public void nodeGetInfo(
            NodeGetInfoRequest request, StreamObserver<NodeGetInfoResponse> answer) {
          Unary.answer(
              answer,
              () -> {
                asked.incrementAndGet();
                return NodeGetInfoResponse.getDefaultInstance();
              });
        }
      };

  @Test
  void whenItReturnsThePluginHasAnswered() {
    Path socket = directory.resolve("csi.sock");
    PluginIdentity plugin = new PluginIdentity("1", PluginIdentity.State.Ready::new);
    try (RpcServer server =
        RpcServer.unix(socket, List.of(plugin, node), new CallLog("test", new Metrics())).start()) {
      assertThat(server.port()).isNegative();
      Rehearsal.on(socket);
      assertThat(asked).hasValue(1);
    }
  }

  @Test
  void aPluginThatDoesNotAnswerIsNotWaitedFor() {
    assertThatCode(() -> Rehearsal.on(directory.resolve("nobody.sock"))).doesNotThrowAnyException();
  }
}
