package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.block.BlockDevice;
import io.mooring.agent.block.BlockDevices;
import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
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
public final class ThinPool implements Pool {
  private static final Logger LOG = LoggerFactory.getLogger(ThinPool.class);

  /** The smallest ext4 that mke2fs makes with a journal fits. */
  private static final long MINIMUM_BYTES = 4L << 20;

  /** The kernel's SCSI target and every initiator handle this; LVM's own limit is higher. */
  private static final long LARGEST_VOLUME = 64L << 40;

  /** One more LV with all its tags takes less; a commit needs room for a second whole copy. */
  private static final long LV_METADATA_BYTES = 4096;

  private final String name;
  private final String group;
  private final String thinPool;
  private final Path dev;
  private final PoolLimits limits;
  private final Lvm lvm;
  private final BlockDevices devices;
  private final Promises promises = new Promises();

  /** 0 until the pool was first read; LVM cannot change it in a group that is in use. */
  private volatile long extentBytes;

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
      BlockDevices devices) {
    this.name = requireNonNull(name, "name is null");
    this.group = requireNonNull(group, "group is null");
    this.thinPool = requireNonNull(thinPool, "thinPool is null");
    this.dev = requireNonNull(dev, "dev is null");
    this.limits = requireNonNull(limits, "limits is null");
    this.lvm = requireNonNull(lvm, "lvm is null");
    this.devices = requireNonNull(devices, "devices is null");
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
    ThinPoolReport report = report(deadline);
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

  private ThinPoolReport report(Deadline deadline) {
    ThinPoolReport report = lvm.pool(group, thinPool, deadline);
    extentBytes = report.extentBytes();
    return report;
  }

  @Override
  public synchronized PoolScan scan(Deadline deadline) {
    List<VolumeRecord> volumes = new ArrayList<>();
    List<String> troubles = new ArrayList<>();
    Map<String, Long> sizes = new HashMap<>();
    for (LogicalVolume lv : lvm.volumes(group, deadline)) {
      if (!lv.thinPool().equals(thinPool)) {
        continue;
      }
      sizes.put(lv.name(), lv.sizeBytes());
      Optional<Serial> serial = serial(lv.name());
      if (serial.isPresent()) {
        Tags.read(serial.get(), name, lv.sizeBytes(), lv.tags())
            .ifPresentOrElse(
                volumes::add,
                () ->
                    troubles.add(
                        "the tags of %s/%s do not say whose volume it is; restore them (lvchange --addtag), or rename or remove it"
                            .formatted(group, lv.name())));
      }
    }
    promises.found(sizes);
    return new PoolScan(volumes, troubles);
  }

  private static Optional<Serial> serial(String lvName) {
    String prefix = "mooring-";
    return lvName.startsWith(prefix) && Serial.isSerial(lvName.substring(prefix.length()))
        ? Optional.of(new Serial(lvName.substring(prefix.length())))
        : Optional.empty();
  }

  @Override
  public PoolStatus status(Deadline deadline) {
    ThinPoolReport report = report(deadline);
    long total = total(report);
    String refusal = refusal(report);
    if (!refusal.isEmpty()) {
      return new PoolStatus(total, 0, 0, refusal);
    }
    long available = Math.max(0, roundDown(total - promises.sum(), report.extentBytes()));
    return new PoolStatus(total, available, Math.min(available, LARGEST_VOLUME), "");
  }

  private long total(ThinPoolReport report) {
    return roundDown((long) (report.sizeBytes() * limits.overCommit()), report.extentBytes());
  }

  private static long roundDown(long bytes, long unit) {
    return bytes - Math.floorMod(bytes, unit);
  }

  /** Why no volume can be made, whatever its size. */
  private String refusal(ThinPoolReport report) {
    if (!report.zeroes()) {
      return "thin pool %s/%s does not zero new blocks, so that a volume would show what others deleted; set it with lvchange --zero y %s/%s"
          .formatted(group, thinPool, group, thinPool);
    }
    if (report.dataPercent() >= limits.fullPercent()) {
      return "thin pool %s/%s has used %.1f %% of its data space; extend it with lvextend"
          .formatted(group, thinPool, report.dataPercent());
    }
    if (report.metadataPercent() >= limits.fullPercent()) {
      return "thin pool %s/%s has used %.1f %% of its metadata; extend it with lvextend --poolmetadatasize"
          .formatted(group, thinPool, report.metadataPercent());
    }
    if (report.groupMetadataFreeBytes() < LV_METADATA_BYTES) {
      return "the metadata area of volume group %s (%d bytes) is full; move its volumes to a group made with vgcreate --metadatasize 64m, or add a disk that has one with vgextend --metadatasize 64m"
          .formatted(group, report.groupMetadataBytes());
    }
    return "";
  }

  @Override
  public long roundUp(long bytes, Deadline deadline) {
    long extent = extentBytes == 0 ? report(deadline).extentBytes() : extentBytes;
    long wanted = Math.max(bytes, MINIMUM_BYTES);
    return wanted > Long.MAX_VALUE - extent ? wanted : roundDown(wanted + extent - 1, extent);
  }

  @Override
  public synchronized void create(VolumeRecord volume, Deadline deadline) {
    String lv = volume.serial().objectName();
    // A serial is random: only one that a scan or an earlier attempt has seen can exist.
    if (!promises.has(lv) || lvm.volume(group, lv, deadline).isEmpty()) {
      requireRoom(lv, volume.sizeBytes(), deadline);
      promises.made(lv, volume.sizeBytes());
      lvm.createThin(group, thinPool, lv, volume.sizeBytes(), Tags.of(volume), deadline);
    }
    FailPoints.pass("agent.create.after-lvcreate");
    device(volume, deadline);
    lvm.changeTags(group, lv, List.of(Tags.CREATING), List.of(), deadline);
    FailPoints.pass("agent.create.after-ready");
  }

  private void requireRoom(String lv, long sizeBytes, Deadline deadline) {
    ThinPoolReport report = report(deadline);
    String refusal = refusal(report);
    if (!refusal.isEmpty()) {
      throw Failure.resourceExhausted(refusal);
    }
    Room.require(
        name,
        sizeBytes,
        total(report),
        promises.sumWithout(lv),
        "extend thin pool %s/%s with lvextend".formatted(group, thinPool));
  }

  /** The LV's own size is the record: what an interrupted lvextend has done is found here. */
  @Override
  public synchronized long grow(VolumeRecord volume, long sizeBytes, Deadline deadline) {
    String lv = volume.serial().objectName();
    long size = size(volume, deadline);
    if (size < sizeBytes) {
      requireRoom(lv, sizeBytes, deadline);
      promises.made(lv, sizeBytes);
      lvm.extend(group, lv, sizeBytes, deadline);
      FailPoints.pass("agent.grow.after-lvextend");
      size = size(volume, deadline);
    }
    promises.made(lv, size);
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
    String lv = volume.serial().objectName();
    if (!lvm.volume(group, lv, deadline).isEmpty()) {
      lvm.remove(group, lv, deadline);
      FailPoints.pass("agent.delete.after-lvremove");
      if (!lvm.volume(group, lv, deadline).isEmpty()) {
        throw Failure.internal(
            "the logical volume %s/%s is still there after lvremove; try again"
                .formatted(group, lv));
      }
    }
    promises.removed(lv);
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
    String expected =
        group.replace("-", "--") + "-" + volume.serial().objectName().replace("-", "--");
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
