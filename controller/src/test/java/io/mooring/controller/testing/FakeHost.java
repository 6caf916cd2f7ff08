package io.mooring.controller.testing;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A storage host that can be switched off and on; what it stores stays. */
public final class FakeHost implements AutoCloseable {
  private final String address;
  private final FakeAgent agent;
  private @Nullable Server server;

  private FakeHost(String address, FakeAgent agent) {
    this.address = address;
    this.agent = agent;
  }

  /** A host, switched off. */
  public static FakeHost at(String address, FakeAgent agent) {
    return new FakeHost(address, agent);
  }

  /** Its agent. */
  public FakeAgent agent() {
    return agent;
  }

  /** Makes its agent reachable. */
  public void switchOn() {
    try {
      InProcessServerBuilder services =
          InProcessServerBuilder.forName(address)
              .executor(Executors.newVirtualThreadPerTaskExecutor())
              .addService(agent)
              .addService(agent.snapshots());
      agent.groups().ifPresent(services::addService);
      server = services.build().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes its agent unreachable; calls under way break. */
  public void switchOff() {
    if (server != null) {
      server.shutdownNow();
      server = null;
    }
  }

  /** A way to the host at that address. */
  public static ManagedChannel channel(String address) {
    return InProcessChannelBuilder.forName(address).build();
  }

  @Override
  public void close() {
    switchOff();
  }
}
