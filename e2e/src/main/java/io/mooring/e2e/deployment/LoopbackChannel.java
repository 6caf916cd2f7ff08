package io.mooring.e2e.deployment;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;

/** A plain channel to a port of this machine behind which a Unix socket of a VM lies. */
final class LoopbackChannel {
  private LoopbackChannel() {}

  static ManagedChannel to(int port) {
    return NettyChannelBuilder.forAddress("127.0.0.1", port)
        .usePlaintext()
        .overrideAuthority("localhost")
        .build();
  }
}
