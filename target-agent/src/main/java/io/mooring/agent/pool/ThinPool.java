package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.block.BlockDevice;
import io.mooring.agent.block.BlockDevices;
import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.agent.identity.Source;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An LVM thin pool that the administrator made. A volume is the thin LV {@code mooring-SERIAL}; its
 * record is in the LV's tags, so that a host whose system disk was lost needs nothing but its data
 * disks. LVs of other names are never touched.
 */
public final class ThinPool implements Pool, GroupPool {
  private static final Logger LOG = LoggerFactory.getLogger(ThinPool.class);

  /** Longer than any change of ours holds volumes still. */
  private static final Duration OTHERS = Duration.ofSeconds(30);

  private final String name;
  private final String group;
  private final String thinPool;
  private final Path dev;
  private final Lvm lvm;
  private final BlockDevices devices;
  private final ThinSpace space;
  private final DeviceMapper mapper;
  private final ThinGroups groups;
  private final Resumption resumption;
  private final ThinBlockMap blocks;

  /**
   * A pool in that group.
   *
   * @param dev {@code /dev}
   */
  public ThinPool(
      String name,
      String group,
      String thinPool,
      Path dev,
      PoolLimits limits,
      Lvm lvm,
      BlockDevices devices,
      DeviceMapper mapper,
      ThinBlockMap blocks) {
    this.name = requireNonNull(name, "name is null");
    this.group = requireNonNull(group, "group is null");
    this.thinPool = requireNonNull(thinPool, "thinPool is null");
    this.dev = requireNonNull(dev, "dev is null");
    this.lvm = requireNonNull(lvm, "lvm is null");
    this.devices = requireNonNull(devices, "devices is null");
    this.space = new ThinSpace(name, group, thinPool, limits, lvm);
    this.mapper = requireNonNull(mapper, "mapper is null");
    this.groups = new ThinGroups(group, thinPool, lvm, space, mapper);
    this.resumption = new Resumption(mapper, List.of(new Resumption.Place(group, thinPool)));
    this.blocks = requireNonNull(blocks, "blocks is null");
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Backend backend() {
    return Backend.THIN;
  }

  @Override
  public String identity(Deadline deadline) {
    ThinPoolReport report = space.report(deadline);
    if (!report.whenFull().equals("error")) {
      LOG.warn(
          "thin pool {}/{} lets writers hang for up to a minute when it is full;"
              + " lvchange --errorwhenfull y {}/{} makes it answer with an error at once",
          group,
          thinPool,
          group,
          thinPool);
    }
    return report.groupUuid() + "/" + report.poolUuid();
  }

  @Override
  public synchronized PoolScan scan(Deadline deadline) {
    List<VolumeRecord> volumes = new ArrayList<>();
    List<SnapshotRecord> snapshots = new ArrayList<>();
    List<String> troubles = new ArrayList<>();
    Map<String, Long> sizes = new HashMap<>();
    for (LogicalVolume lv : lvm.volumes(group, deadline)) {
      if (!lv.thinPool().equals(thinPool)) {
        continue;
      }
      sizes.put(lv.name(), lv.sizeBytes());
      Serial.ofObject(lv.name())
          .ifPresent(serial ->
              keep(Tags.read(serial, name, lv.sizeBytes(), lv.tags()), volumes, lv, troubles));
      SnapshotRecord.ofObject(lv.name())
          .ifPresent(serial ->
              keep(
                  Tags.readSnapshot(serial, name, lv.sizeBytes(), lv.tags()),
                  snapshots,
                  lv,
                  troubles));
    }
    space.promises().found(sizes);
    return new PoolScan(volumes, snapshots, troubles);
  }

  private <T> void keep(
      Optional<T> record, List<T> records, LogicalVolume lv, List<String> troubles) {
    record.ifPresentOrElse(
        records::add,
        () ->
            troubles.add(
                "the tags of %s/%s do not say whose it is; restore them (lvchange --addtag), or rename or remove it"
                    .formatted(group, lv.name())));
  }

  @Override
  public PoolStatus status(Deadline deadline) {
    return space.status(deadline);
  }

  @Override
  public Optional<String> overflow(Deadline deadline) {
    return space.overflow(deadline);
  }

  @Override
  public long roundUp(long bytes, Deadline deadline) {
    return space.roundUp(bytes, deadline);
  }

  @Override
  public synchronized VolumeRecord create(VolumeRecord volume, Deadline deadline) {
    String lv = volume.serial().objectName();
    // A serial is random: only one that a scan or an earlier attempt has seen can exist.
    if (!space.promises().has(lv) || lvm.volume(group, lv, deadline).isEmpty()) {
      ThinSpace.requireUsable(volume.sizeBytes());
      space.requireRoom(lv, volume.sizeBytes(), deadline);
      space.promises().made(lv, volume.sizeBytes());
      make(lv, volume, deadline);
    }
    FailPoints.pass("agent.create.after-lvcreate");
    if (volume.source().isPresent() && size(volume, deadline) < volume.sizeBytes()) {
      lvm.extend(group, lv, volume.sizeBytes(), deadline);
    }
    device(volume, deadline);
    lvm.changeTags(group, lv, List.of(Tags.CREATING), List.of(), deadline);
    FailPoints.pass("agent.create.after-ready");
    return volume.in(VolumeRecord.State.READY);
  }

  private void make(String lv, VolumeRecord volume, Deadline deadline) {
    if (volume.source().isPresent()) {
      Source source = volume.source().get();
      mapper.requireRunning(DeviceMapper.name(group, source.serial()));
      lvm.copyThin(group, objectName(source), lv, true, Tags.of(volume), deadline);
    } else {
      lvm.createThin(group, thinPool, lv, volume.sizeBytes(), Tags.of(volume), deadline);
    }
  }

  private static String objectName(Source source) {
    return switch (source.kind()) {
      case VOLUME -> source.serial().objectName();
      case SNAPSHOT -> SnapshotRecord.objectName(source.serial());
    };
  }

  /**
   * One command of LVM, which suspends the volume for a moment: the copy is of that moment. LVM
   * writes the LV down before that moment, and a command that is killed between leaves one which a
   * later command takes, whenever that is. So it is marked until the command has ended.
   */
  @Override
  public synchronized SnapshotRecord snapshot(SnapshotRecord snapshot, Deadline deadline) {
    String lv = snapshot.objectName();
    space.requireRoom(lv, snapshot.sizeBytes(), deadline);
    space.promises().made(lv, snapshot.sizeBytes());
    mapper.requireRunning(DeviceMapper.name(group, snapshot.volume()));
    List<String> tags = Tags.of(snapshot.in(SnapshotRecord.State.CREATING));
    lvm.copyThin(group, snapshot.volume().objectName(), lv, false, tags, deadline);
    FailPoints.pass("agent.snapshot.after-lvcreate");
    lvm.changeTags(group, lv, List.of(Tags.UNFINISHED), List.of(), deadline);
    FailPoints.pass("agent.snapshot.after-ready");
    return snapshot;
  }

  @Override
  public GroupPool groups() {
    return this;
  }

  @Override
  public synchronized void makeTogether(List<SnapshotRecord> members, Deadline deadline) {
    groups.makeTogether(members, deadline);
  }

  @Override
  public synchronized void finish(List<SnapshotRecord> members, Deadline deadline) {
    groups.finish(members, deadline);
  }

  @Override
  public synchronized void removeTogether(List<SnapshotRecord> members, Deadline deadline) {
    groups.removeTogether(members, deadline);
  }

  /** Not while a change of ours is under way, which is what may hold them still. */
  @Override
  public List<String> resumeLeft() {
    List<String> problems = new ArrayList<>();
    if (resumption.isNeeded()) {
      lvm.exclusively(
          "look after suspended volumes of " + group,
          Deadline.after(OTHERS),
          () -> problems.addAll(resumption.run()));
    }
    problems.addAll(blocks.releaseLeft());
    return problems;
  }

  @Override
  public BlockMap blocks() {
    return blocks;
  }

  @Override
  public synchronized void removeSnapshot(SnapshotRecord snapshot, Deadline deadline) {
    remove(snapshot.objectName(), deadline);
  }

  /** The LV's own size is the record: what an interrupted lvextend has done is found here. */
  @Override
  public synchronized long grow(VolumeRecord volume, long sizeBytes, Deadline deadline) {
    String lv = volume.serial().objectName();
    long size = size(volume, deadline);
    if (size < sizeBytes) {
      ThinSpace.requireUsable(sizeBytes);
      space.requireRoom(lv, sizeBytes, deadline);
      space.promises().made(lv, sizeBytes);
      lvm.extend(group, lv, sizeBytes, deadline);
      FailPoints.pass("agent.grow.after-lvextend");
      size = size(volume, deadline);
    }
    space.promises().made(lv, size);
    device(volume.withSize(size), deadline);
    return size;
  }

  private long size(VolumeRecord volume, Deadline deadline) {
    return lvm.volume(group, volume.serial().objectName(), deadline).stream()
        .findFirst()
        .map(LogicalVolume::sizeBytes)
        .orElseThrow(() -> lost(volume));
  }

  @Override
  public void save(VolumeRecord before, VolumeRecord after, Deadline deadline) {
    List<String> old = Tags.of(before);
    List<String> fresh = Tags.of(after);
    List<String> removed = old.stream().filter(tag -> !fresh.contains(tag)).toList();
    List<String> added = fresh.stream().filter(tag -> !old.contains(tag)).toList();
    if (removed.isEmpty() && added.isEmpty()) {
      return;
    }
    try {
      lvm.changeTags(group, after.serial().objectName(), removed, added, deadline);
    } catch (Failure e) {
      // A volume that is lost has lost its record, too: nothing is left to take a node from.
      if (!added.isEmpty() || !lvm.volume(group, after.serial().objectName(), deadline).isEmpty()) {
        throw e;
      }
      LOG.warn("{} is lost, and with it the record that {} had it", after.label(), removed);
    }
  }

  @Override
  public synchronized void remove(VolumeRecord volume, Deadline deadline) {
    remove(volume.serial().objectName(), deadline);
  }

  private void remove(String lv, Deadline deadline) {
    if (!lvm.volume(group, lv, deadline).isEmpty()) {
      lvm.remove(group, lv, deadline);
      FailPoints.pass("agent.delete.after-lvremove");
      if (!lvm.volume(group, lv, deadline).isEmpty()) {
        throw Failure.internal(
            "the logical volume %s/%s is still there after lvremove; try again"
                .formatted(group, lv));
      }
    }
    space.promises().removed(lv);
  }

  @Override
  public BlockDevice device(VolumeRecord volume, Deadline deadline) {
    Path path = dev.resolve(group).resolve(volume.serial().objectName());
    Optional<BlockDevice> device = devices.find(path);
    if (device.isEmpty()) {
      requirePresent(volume, deadline);
      lvm.activate(group, volume.serial().objectName(), deadline);
      device = devices.find(path);
    }
    return verified(volume, path, device);
  }

  @Override
  public boolean holdsData(VolumeRecord volume, Deadline deadline) {
    return mapper.mappedBytes(DeviceMapper.name(group, volume.serial()), deadline) > 0;
  }

  private void requirePresent(VolumeRecord volume, Deadline deadline) {
    if (lvm.volume(group, volume.serial().objectName(), deadline).isEmpty()) {
      throw lost(volume);
    }
  }

  private Failure lost(VolumeRecord volume) {
    return Failure.failedPrecondition(
        "%s is lost: volume group %s has no logical volume %s; restore it with vgcfgrestore"
            .formatted(volume.label(), group, volume.serial().objectName()));
  }

  /** The device-mapper name proves which LV the link leads to. */
  private BlockDevice verified(VolumeRecord volume, Path path, Optional<BlockDevice> device) {
    String expected = DeviceMapper.name(group, volume.serial());
    String mapperName = devices.mapperName(path).orElse("nothing");
    if (device.isEmpty() || !mapperName.equals(expected)) {
      throw Failure.failedPrecondition(
          "%s leads to %s where %s belongs; check udev and lvs on this host"
              .formatted(path, mapperName, expected));
    }
    // It may be larger: a growth was interrupted.
    if (device.get().sizeBytes() < volume.sizeBytes()) {
      throw Failure.failedPrecondition(
          "%s has %d bytes where %d are recorded for %s; somebody cut it with LVM"
              .formatted(path, device.get().sizeBytes(), volume.sizeBytes(), volume.label()));
    }
    return device.get();
  }

  /** A thin LV stays active: it costs nothing, and the next publish saves an LVM command. */
  @Override
  public void release(VolumeRecord volume, Deadline deadline) {}
}
