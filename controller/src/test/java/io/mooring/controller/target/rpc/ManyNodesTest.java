package io.mooring.controller.target.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.mooring.agent.v1.Node;
import io.mooring.controller.target.Agent;
import io.mooring.controller.target.StorageTarget;
import io.mooring.controller.testing.FakeAgent;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Over a real connection, which alone has a limit for messages. */
class ManyNodesTest {
  private static final Node NODE =
      Node.newBuilder().setName("worker1").setUuid("11111111-1111-4111-8111-111111111111").build();

  /** Those of 450 nodes of a storage host that has lost its state. */
  private static final int NUMBERS = 450 * 255;

  private final FakeAgent host = new FakeAgent("san-a");
  private final Server server =
      NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
          .addService(host)
          .build();
  private final GrpcAgents agents =
      GrpcAgentsForTests.open(
          "cluster-1",
          _ ->
              NettyChannelBuilder.forAddress(server.getListenSockets().getFirst())
                  .usePlaintext()
                  .build());

  @BeforeEach
  void switchOn() throws IOException {
    server.start();
  }

  @AfterEach
  void close() {
    agents.close();
    server.shutdownNow();
  }

  @Test
  void allThatWaitsForNodesArrives() {
    Agent agent = agents.of(new StorageTarget("san-a", "loopback", "san-a"));
    var _ = host.chap().published(NODE, Optional.empty());
    for (int i = 0; i < NUMBERS; i++) {
      host.luns().free(NODE.getUuid(), 1 + i % 255, "0123456789abcdef0123456789abcdef");
    }
    assertThat(agent.nodes(soon()))
        .singleElement()
        .satisfies(node -> assertThat(node.freed()).hasSize(NUMBERS));
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(30));
  }
}
