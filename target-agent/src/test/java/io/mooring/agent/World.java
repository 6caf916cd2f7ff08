package io.mooring.agent;

import io.mooring.agent.identity.GroupRecord;
import io.mooring.agent.identity.Publication;
import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.agent.identity.Source;
import io.mooring.agent.identity.TargetNames;
import io.mooring.agent.identity.Use;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.agent.lio.FakeKernel;
import io.mooring.agent.lio.Portal;
import io.mooring.agent.pool.FakePool;
import io.mooring.agent.volume.Exports;
import io.mooring.agent.volume.GroupSnapshots;
import io.mooring.agent.volume.Growth;
import io.mooring.agent.volume.HandTicker;
import io.mooring.agent.volume.SizeRange;
import io.mooring.agent.volume.Snapshots;
import io.mooring.agent.volume.Volumes;
import io.mooring.runtime.chap.Chap;
import io.mooring.runtime.host.HostNamespace;
import io.mooring.runtime.rpc.TlsFiles;
import io.mooring.runtime.time.Deadline;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A storage host whose kernel and disks outlive the agent: the agent can die before any change that
 * it makes, and be started again.
 */
final class World {
  static final String CLUSTER = "lab";
  static final String NODE_1 = "8e2f1a3c-0000-4000-8000-000000000001";
  static final String NODE_2 = "8e2f1a3c-0000-4000-8000-000000000002";
  static final long MIB = 1 << 20;
  static final Use ALONE = new Use(Use.Sharing.EXCLUSIVE, Use.Access.FILE_SYSTEM);
  static final Use SHARED = new Use(Use.Sharing.SHARED, Use.Access.BLOCK);

  final FakeKernel kernel;
  final HandTicker time = new HandTicker();
  final FakePool pool;
  final FakePool second;
  private final AgentConfig config;
  private StorageHost host;
  private int changesLeft = Integer.MAX_VALUE;

  /** The process was killed. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  World(Path state) {
    this(state, Duration.ZERO);
  }

  World(Path state, Duration quarantine) {
    kernel = new FakeKernel(this::change);
    pool = new FakePool("fast", 1024 * MIB, kernel, this::change);
    second = new FakePool("slow", 1024 * MIB, kernel, this::change);
    config =
        new AgentConfig(
            new TargetNames("san1"),
            InetSocketAddress.createUnresolved("localhost", 0),
            List.of(new Portal("192.0.2.1", 3260), new Portal("198.51.100.1", 3260)),
            state,
            new TlsFiles(Path.of("a"), Path.of("b"), Path.of("c")),
            Set.of(),
            quarantine,
            Optional.empty(),
            new HostNamespace(Optional.empty()),
            List.of(
                new AgentConfig.PoolConfig("fast", new AgentConfig.ThinPlace("v", "t"), 1, 95)));
    host = start();
  }

  private void change() {
    if (changesLeft-- <= 0) {
      throw new Killed();
    }
  }

  /** The agent dies before the change after so many more. */
  void killAfter(int changes) {
    changesLeft = changes;
  }

  /** Starts an agent as the process does: what is recorded is served before it takes calls. */
  void restart() {
    changesLeft = Integer.MAX_VALUE;
    host = start();
    host.repair().pass();
  }

  private StorageHost start() {
    Portal[] portals = config.portals().toArray(new Portal[0]);
    return StorageHost.open(config, List.of(pool, second), kernel.lio(portals), time);
  }

  StorageHost host() {
    return host;
  }

  AgentConfig config() {
    return config;
  }

  static Deadline soon() {
    return Deadline.after(Duration.ofMillis(500));
  }

  VolumeRecord create(String name) {
    return create(name, "fast");
  }

  VolumeRecord create(String name, String pool) {
    return host.volumes()
        .create(
            new Volumes.Order(CLUSTER, name, pool, new SizeRange(8 * MIB, 0), Optional.empty()),
            soon());
  }

  static Volumes.Order order(String name, long bytes, Optional<Source> source) {
    return new Volumes.Order(CLUSTER, name, "fast", new SizeRange(bytes, 0), source);
  }

  VolumeRecord createFrom(Source source, String name, long bytes) {
    return host.volumes().create(order(name, bytes, Optional.of(source)), soon());
  }

  SnapshotRecord snapshot(Serial volume, String name) {
    return host.snapshots().create(new Snapshots.Order(CLUSTER, name, volume), soon());
  }

  /** Copies until nothing is left to be copied. */
  void copyAll() {
    while (!host.copies().step(pool).equals(Duration.ofSeconds(1))) {
      // the next piece
    }
  }

  GroupRecord group(String name, Serial... volumes) {
    return host.groups().create(new GroupSnapshots.Order(CLUSTER, name, Set.of(volumes)), soon());
  }

  void deleteGroup(GroupRecord group) {
    host.groups()
        .delete(
            CLUSTER,
            group.serial(),
            group.members().stream().map(SnapshotRecord::serial).collect(Collectors.toSet()),
            soon());
  }

  void deleteSnapshot(Serial serial) {
    host.snapshots().delete(CLUSTER, serial, soon());
  }

  VolumeRecord grow(Serial serial, long bytes) {
    return host.growth().grow(new Growth.Order(CLUSTER, serial, new SizeRange(bytes, 0)), soon());
  }

  VolumeRecord publish(Serial serial, String uuid) {
    return publish(serial, uuid, true);
  }

  VolumeRecord publish(Serial serial, String uuid, boolean exclusive) {
    return publish(serial, uuid, exclusive ? ALONE : SHARED);
  }

  VolumeRecord publish(Serial serial, String uuid, Use use) {
    return host.exports().publish(publication(serial, uuid, use, Optional.empty()), soon());
  }

  VolumeRecord publish(Serial serial, String uuid, Chap chap) {
    return host.exports().publish(publication(serial, uuid, ALONE, Optional.of(chap)), soon());
  }

  private static Exports.Order publication(
      Serial serial, String uuid, Use use, Optional<Chap> chap) {
    return new Exports.Order(CLUSTER, serial, uuid, "node " + uuid, false, use, chap, true);
  }

  void unpublish(Serial serial, String uuid) {
    unpublish(serial, uuid, "node " + uuid);
  }

  void unpublish(Serial serial, String uuid, String name) {
    host.exports().unpublish(CLUSTER, serial, uuid, name, soon());
  }

  void delete(Serial serial) {
    host.volumes().delete(CLUSTER, serial, soon());
  }

  static int lun(VolumeRecord volume, String uuid) {
    return volume.publicationOf(uuid).map(Publication::lun).orElseThrow();
  }
}
