package io.mooring.controller.testing;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.mooring.controller.csi.ControllerService;
import io.mooring.controller.csi.GroupControllerService;
import io.mooring.controller.csi.Readiness;
import io.mooring.controller.csi.SnapshotMetadataService;
import io.mooring.controller.target.Fleet;
import io.mooring.controller.target.StorageTarget;
import io.mooring.controller.target.rpc.GrpcAgents;
import io.mooring.controller.target.rpc.GrpcAgentsForTests;
import io.mooring.controller.volume.ChangedBlocks;
import io.mooring.controller.volume.Expansion;
import io.mooring.controller.volume.GroupSnapshots;
import io.mooring.controller.volume.Health;
import io.mooring.controller.volume.LimitsListener;
import io.mooring.controller.volume.Listing;
import io.mooring.controller.volume.Modification;
import io.mooring.controller.volume.Placements;
import io.mooring.controller.volume.Provisioning;
import io.mooring.controller.volume.Publishing;
import io.mooring.controller.volume.SnapshotListing;
import io.mooring.controller.volume.Snapshots;
import io.mooring.csi.v1.ControllerGrpc;
import io.mooring.csi.v1.GroupControllerGrpc;
import io.mooring.csi.v1.IdentityGrpc;
import io.mooring.csi.v1.SnapshotMetadataGrpc;
import io.mooring.runtime.operation.Operations;
import io.mooring.runtime.rpc.PluginIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * The controller's real services behind an in-process server, with fake storage hosts at the other
 * end of in-process channels.
 */
public final class TestController implements AutoCloseable {
  public static final long GIB = 1L << 30;

  private final String id = UUID.randomUUID().toString();
  private final TestTargets targets = new TestTargets();
  private final Map<String, FakeHost> hosts = new HashMap<>();
  private final GrpcAgents agents =
      GrpcAgentsForTests.open("cluster-1", target -> FakeHost.channel(target.endpoint()));
  private final Operations operations = new Operations("test");
  private final List<LimitsListener.Change> changes = new CopyOnWriteArrayList<>();
  private final List<String> detached = new CopyOnWriteArrayList<>();
  private final TestSecrets secrets = new TestSecrets();
  private final Fleet fleet = new Fleet(targets, agents);
  private final Server server;
  private final ManagedChannel channel;

  public TestController() {
    this(Optional.empty());
  }

  private TestController(Optional<Placements> records) {
    try {
      server =
          InProcessServerBuilder.forName(id)
              .executor(Executors.newVirtualThreadPerTaskExecutor())
              .addService(new PluginIdentity("1.2.3", () -> Readiness.of(targets)))
              .addService(
                  new ControllerService(
                      records
                          .map(kept -> Provisioning.withRecords(fleet, operations, kept))
                          .orElseGet(() -> Provisioning.withoutRecords(fleet, operations)),
                      new Expansion(fleet, operations, records),
                      new Modification(
                          fleet, operations, records, (change, _) -> changes.add(change)),
                      new Snapshots(fleet, operations),
                      new SnapshotListing(fleet),
                      new Publishing(
                          fleet,
                          secrets,
                          operations,
                          (volume, node) -> detached.add(volume + " from " + node.name())),
                      new Listing(fleet),
                      new Health(fleet)))
              .addService(new GroupControllerService(new GroupSnapshots(fleet, operations)))
              .addService(new SnapshotMetadataService(new ChangedBlocks(fleet)))
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    channel = InProcessChannelBuilder.forName(id).build();
  }

  /**
   * Two hosts: san-a with pools fast (100 GiB) and slow (40 GiB), san-b with pool fast (60 GiB).
   */
  public static TestController withTwoHosts() {
    return withTwoHosts(new TestController());
  }

  /** The same two hosts, with records of the volumes' places. */
  public static TestController withTwoHosts(Placements records) {
    return withTwoHosts(new TestController(Optional.of(records)));
  }

  private static TestController withTwoHosts(TestController controller) {
    controller.host("san-a").agent().storage().pool("fast", 100 * GIB).pool("slow", 40 * GIB);
    controller.host("san-b").agent().storage().pool("fast", 60 * GIB);
    return controller;
  }

  /** The host of that name; made, switched on and added to the targets when first asked for. */
  public FakeHost host(String name) {
    return hosts.computeIfAbsent(
        name,
        key -> {
          String address = id + "-" + key;
          FakeHost host = FakeHost.at(address, new FakeAgent(key));
          host.switchOn();
          targets.add(new StorageTarget(key, address, key));
          return host;
        });
  }

  /** The agent of that host. */
  public FakeAgent agent(String name) {
    return host(name).agent();
  }

  /** Changes what the controller knows of that host. */
  public void configure(String name, UnaryOperator<StorageTarget> change) {
    targets.add(change.apply(Objects.requireNonNull(targets.current().get(name))));
  }

  /** The targets with their agents. */
  public Fleet fleet() {
    return fleet;
  }

  /** The limits that were passed on. */
  public List<LimitsListener.Change> changes() {
    return List.copyOf(changes);
  }

  /** Which volumes were taken from which nodes, as {@code volume from node}. */
  public List<String> detached() {
    return detached;
  }

  /** The secrets of nodes. */
  public TestSecrets secrets() {
    return secrets;
  }

  /** What the controller knows of them. */
  public TestTargets targets() {
    return targets;
  }

  /** A client; ten seconds for each call. */
  public ControllerGrpc.ControllerBlockingStub client() {
    return ControllerGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
  }

  /** A client of the service for groups. */
  public GroupControllerGrpc.GroupControllerBlockingStub groups() {
    return GroupControllerGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
  }

  /** A client of the service for blocks. */
  public SnapshotMetadataGrpc.SnapshotMetadataBlockingStub metadata() {
    return SnapshotMetadataGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
  }

  /** A client of the identity service. */
  public IdentityGrpc.IdentityBlockingStub identity() {
    return IdentityGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
    operations.close();
    agents.close();
    hosts.values().forEach(FakeHost::close);
  }
}
