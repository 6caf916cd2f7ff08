package io.mooring.controller.target.rpc;

import io.grpc.ManagedChannel;
import io.mooring.controller.target.StorageTarget;
import java.util.function.Function;

/** Opens the agents' package to tests that bring channels of their own. */
public final class GrpcAgentsForTests {
  private GrpcAgentsForTests() {}

  public static GrpcAgents open(String cluster, Function<StorageTarget, ManagedChannel> channels) {
    return new GrpcAgents(() -> cluster, true, channels);
  }
}
