package io.mooring.agent;

import io.mooring.agent.block.BlockDevices;
import io.mooring.agent.lio.ConfigFs;
import io.mooring.agent.lio.Lio;
import io.mooring.agent.pool.DeviceMapper;
import io.mooring.agent.pool.FilePool;
import io.mooring.agent.pool.HeldMetadata;
import io.mooring.agent.pool.Loops;
import io.mooring.agent.pool.Lvm;
import io.mooring.agent.pool.LvmSettings;
import io.mooring.agent.pool.Pool;
import io.mooring.agent.pool.PoolLimits;
import io.mooring.agent.pool.Resumption;
import io.mooring.agent.pool.ThinBlockMap;
import io.mooring.agent.pool.ThinPool;
import io.mooring.agent.volume.ChangedBlocks;
import io.mooring.agent.volume.Copies;
import io.mooring.agent.volume.Exports;
import io.mooring.agent.volume.GroupSnapshots;
import io.mooring.agent.volume.Growth;
import io.mooring.agent.volume.Health;
import io.mooring.agent.volume.KeyedLocks;
import io.mooring.agent.volume.Modification;
import io.mooring.agent.volume.NodeAccess;
import io.mooring.agent.volume.NodeChaps;
import io.mooring.agent.volume.Nodes;
import io.mooring.agent.volume.Pools;
import io.mooring.agent.volume.Records;
import io.mooring.agent.volume.Repair;
import io.mooring.agent.volume.SnapshotRecords;
import io.mooring.agent.volume.Snapshots;
import io.mooring.agent.volume.StateDirectory;
import io.mooring.agent.volume.Volumes;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.store.Documents;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Ticker;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts that work on this host, put together. */
record StorageHost(
    Records records,
    Pools pools,
    Volumes volumes,
    Growth growth,
    Modification modification,
    Snapshots snapshots,
    GroupSnapshots groups,
    ChangedBlocks blocks,
    Copies copies,
    Exports exports,
    NodeAccess access,
    Repair repair,
    Health health,
    Lio lio) {
  private static final Logger LOG = LoggerFactory.getLogger(StorageHost.class);
  private static final Path SYS_CLASS_BLOCK = Path.of("/sys/class/block");
  private static final Duration PREPARE = Duration.ofSeconds(60);
  private static final Duration READ_POOL = Duration.ofSeconds(30);

  /**
   * Loads what the kernel needs and reads what the pools hold. First of all volumes go on that an
   * agent held still when it died: pods wait for that, and so may LVM.
   */
  static StorageHost open(AgentConfig config, ConfigFs configFs, CommandRunner commands) {
    return open(config, configFs, commands, SYS_CLASS_BLOCK);
  }

  static StorageHost open(
      AgentConfig config, ConfigFs configFs, CommandRunner commands, Path sysClassBlock) {
    BlockDevices devices = new BlockDevices(sysClassBlock);
    DeviceMapper mapper = new DeviceMapper(commands, devices);
    resumeLeft(new Resumption(mapper, places(config)));
    Lvm lvm =
        new Lvm(
            commands,
            LvmSettings.read(
                commands, volumeGroups(config), sysClassBlock, Deadline.after(PREPARE)));
    Documents<HeldMetadata> held = new StateDirectory(config.stateDirectory()).heldMetadata();
    List<Pool> pools =
        config.pools().stream()
            .map(pool -> pool(pool, lvm, commands, devices, mapper, held))
            .toList();
    return open(config, pools, new Lio(configFs, commands, config.portals()), Ticker.system());
  }

  private static Set<String> volumeGroups(AgentConfig config) {
    return places(config).stream()
        .map(Resumption.Place::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<Resumption.Place> places(AgentConfig config) {
    List<Resumption.Place> places = new ArrayList<>();
    for (AgentConfig.PoolConfig pool : config.pools()) {
      if (pool.place() instanceof AgentConfig.ThinPlace(String group, String thinPool)) {
        places.add(new Resumption.Place(group, thinPool));
      }
    }
    return places;
  }

  /** What fails here is tried again, and reported, by the reconciler. */
  private static void resumeLeft(Resumption resumption) {
    try {
      resumption.run().forEach(problem -> LOG.error("{}", problem));
    } catch (Failure e) {
      LOG.error("whether volumes stand still is not known: {}", e.sentence());
    }
  }

  private static Pool pool(
      AgentConfig.PoolConfig pool,
      Lvm lvm,
      CommandRunner commands,
      BlockDevices devices,
      DeviceMapper mapper,
      Documents<HeldMetadata> held) {
    PoolLimits limits = new PoolLimits(pool.overCommit(), pool.fullPercent());
    return switch (pool.place()) {
      case AgentConfig.ThinPlace(String group, String thinPool) ->
          new ThinPool(
              pool.name(),
              group,
              thinPool,
              Path.of("/dev"),
              limits,
              lvm,
              devices,
              mapper,
              new ThinBlockMap(pool.name(), group, thinPool, lvm, mapper, commands, held));
      case AgentConfig.FilePlace(Path directory, int copyMibPerSecond) ->
          new FilePool(
              pool.name(),
              directory,
              limits,
              (long) copyMibPerSecond << 20,
              commands,
              new Loops(commands, SYS_CLASS_BLOCK),
              devices);
    };
  }

  static StorageHost open(AgentConfig config, List<Pool> configured, Lio lio, Ticker ticker) {
    lio.prepare(Deadline.after(PREPARE));
    StateDirectory state = new StateDirectory(config.stateDirectory());
    Records records = new Records(configured.stream().map(Pool::name).toList());
    SnapshotRecords snapshotRecords = new SnapshotRecords(records);
    Pools pools = new Pools(configured, state.pools(), records, snapshotRecords);
    pools.readMissing(READ_POOL);
    InstantSource clock = InstantSource.system();
    boolean hasVolumes = !records.all().isEmpty() || !records.troubles().isEmpty();
    Duration distrusted = state.distrusted(config.lunQuarantine(), clock.instant(), hasVolumes);
    Nodes nodes =
        new Nodes(state.nodes(), records, config.lunQuarantine(), distrusted, ticker, clock);
    nodes.poolsWereRead();
    KeyedLocks locks = new KeyedLocks();
    Copies copies = new Copies(records, snapshotRecords, locks);
    Volumes volumes = new Volumes(records, snapshotRecords, copies, pools, lio, locks);
    GroupSnapshots groups = new GroupSnapshots(snapshotRecords, records, pools, locks, clock);
    NodeChaps chaps = new NodeChaps(state.chaps());
    Exports exports =
        new Exports(records, copies, pools, nodes, chaps, lio, config.target(), locks, ticker);
    NodeAccess access = new NodeAccess(nodes, chaps, lio, config.target());
    Snapshots snapshots =
        new Snapshots(snapshotRecords, records, volumes, copies, pools, locks, clock);
    Repair repair =
        new Repair(
            records,
            pools,
            nodes,
            volumes,
            snapshots,
            groups,
            copies,
            exports,
            lio,
            config.target(),
            locks);
    Growth growth = new Growth(records, pools, locks);
    Modification modification = new Modification(records, pools, locks);
    Health health = new Health(records, pools, repair::ofVolumes);
    ChangedBlocks blocks = new ChangedBlocks(snapshotRecords, pools);
    return new StorageHost(
        records,
        pools,
        volumes,
        growth,
        modification,
        snapshots,
        groups,
        blocks,
        copies,
        exports,
        access,
        repair,
        health,
        lio);
  }
}
