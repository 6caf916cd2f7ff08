package io.mooring.runtime.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.grpc.Channel;
import io.mooring.csi.v1.GetPluginInfoRequest;
import io.mooring.csi.v1.IdentityGrpc;
import io.mooring.runtime.metrics.Metrics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RehearsalTest {
  @TempDir Path directory;
  private final List<String> answers = new ArrayList<>();

  private boolean askWhoItIs(Channel channel) {
    return answers.add(
        IdentityGrpc.newBlockingStub(channel)
            .getPluginInfo(GetPluginInfoRequest.getDefaultInstance())
            .getName());
  }

  @Test
  void whenItReturnsTheServerHasAnswered() {
    Path socket = directory.resolve("csi.sock");
    PluginIdentity plugin = new PluginIdentity("1", PluginIdentity.State.Ready::new);
    try (RpcServer server =
        RpcServer.unix(socket, List.of(plugin), new CallLog("test", new Metrics())).start()) {
      assertThat(server.port()).isNegative();
      Rehearsal.on(socket, List.of(this::askWhoItIs, this::askWhoItIs));
      assertThat(answers).containsExactly(PluginIdentity.DRIVER, PluginIdentity.DRIVER);
    }
  }

  @Test
  void aServerThatDoesNotAnswerIsNotWaitedFor() {
    Path nobody = directory.resolve("nobody.sock");
    assertThatCode(() -> Rehearsal.on(nobody, List.of(this::askWhoItIs)))
        .doesNotThrowAnyException();
    assertThat(answers).isEmpty();
  }
}
