package io.mooring.node.fake;

import io.mooring.node.fs.Content;
import io.mooring.node.iscsi.SessionState;
import io.mooring.node.iscsi.TargetPortal;
import io.mooring.node.linux.DeviceNumber;
import io.mooring.node.linux.Mount;
import io.mooring.node.scsi.DiskState;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.scsi.Wwid;
import io.mooring.runtime.time.ManualTicker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The one state that all fakes of a host share. Names, minor numbers and host numbers are reused as
 * early as possible, as in the real kernel. Every method is called with the monitor held.
 */
final class FakeKernel {
  static final int SD_MAJOR = 8;
  static final int DM_MAJOR = 254;

  final FakeTargets targets;
  final ManualTicker ticker = new ManualTicker();
  final List<FakeSession> sessions = new ArrayList<>();
  final List<FakeDisk> disks = new ArrayList<>();
  final List<FakeMap> maps = new ArrayList<>();
  final List<FakeMap> mappings = new ArrayList<>();
  final List<Mount> mounts = new ArrayList<>();
  final Set<DeviceNumber> shutDown = new LinkedHashSet<>();
  final Set<DeviceNumber> erred = new LinkedHashSet<>();
  final Set<Wwid> wwids = new LinkedHashSet<>();
  final Set<String> ghostPaths = new LinkedHashSet<>();
  final List<String> violations = new ArrayList<>();
  private int nextSession = 1;

  boolean multipathdUp = true;
  boolean deviceMapperAnswers = true;
  boolean multipathdReacts = true;
  boolean blacklisted;
  boolean friendlyNames;
  boolean udevHeld;
  boolean iscsidRuns = true;
  int lostScans;

  FakeKernel(FakeTargets targets) {
    this.targets = targets;
  }

  /** All that a power cut takes away. */
  void loseEverything() {
    sessions.clear();
    disks.clear();
    maps.clear();
    mappings.clear();
    mounts.clear();
    shutDown.clear();
    erred.clear();
    ghostPaths.clear();
  }

  FakeSession addSession(TargetPortal target, String iface, String initiatorName) {
    int host = 1;
    while (hasHost(host)) {
      host++;
    }
    FakeSession session = new FakeSession(nextSession++, host, target, iface, initiatorName);
    sessions.add(session);
    return session;
  }

  private boolean hasHost(int number) {
    return sessions.stream().anyMatch(session -> session.host == number);
  }

  Optional<FakeLun> behind(FakeDisk disk) {
    TargetPortal target = disk.session.target;
    return targets.behind(target.iqn(), target.portal(), disk.hctl.lun());
  }

  Optional<FakeDisk> disk(Hctl hctl) {
    return disks.stream().filter(disk -> disk.hctl.equals(hctl)).findFirst();
  }

  Optional<FakeDisk> disk(String name) {
    return disks.stream().filter(disk -> disk.name.equals(name)).findFirst();
  }

  Optional<FakeMap> map(Wwid wwid) {
    return maps.stream().filter(map -> map.wwid.equals(wwid)).findFirst();
  }

  FakeDisk addDisk(FakeSession session, int lun, FakeLun probed) {
    int letter = 1;
    while (disk(name(letter)).isPresent()) {
      letter++;
    }
    FakeDisk disk =
        new FakeDisk(
            Hctl.of(session.host, lun),
            name(letter),
            new DeviceNumber(SD_MAJOR, 16 * letter),
            session,
            probed);
    disk.state = session.state == SessionState.LOGGED_IN ? DiskState.RUNNING : DiskState.BLOCKED;
    disk.udevDone = !udevHeld;
    disks.add(disk);
    react(disk);
    return disk;
  }

  private static String name(int letter) {
    return letter < 26 ? "sd" + (char) ('a' + letter) : "sda" + (char) ('a' + letter - 26);
  }

  /** What multipathd does when udev tells it of a disk. */
  void react(FakeDisk disk) {
    if (multipathdUp && multipathdReacts && disk.udevDone && !blacklisted) {
      disk.knownToMultipathd = true;
      disk.probed
          .map(identity -> identity.wwid())
          .filter(wwid -> wwids.contains(wwid) || map(wwid).isPresent())
          .ifPresent(wwid -> join(disk, wwid));
    }
  }

  /** Puts a path into the map of its WWID, which is made if need be; false when sizes differ. */
  boolean join(FakeDisk disk, Wwid wwid) {
    FakeMap map =
        map(wwid)
            .orElseGet(() -> {
              FakeMap made = addMap(wwid);
              made.sizeBytes = disk.sizeBytes;
              return made;
            });
    if (map.sizeBytes != disk.sizeBytes) {
      return false;
    }
    if (!map.slaves.contains(disk.hctl)) {
      map.slaves.add(disk.hctl);
    }
    map.readOnly = map.readOnly || disk.readOnly;
    disk.knownToMultipathd = true;
    return true;
  }

  FakeMap addMap(Wwid wwid) {
    int minor = freeMinor();
    FakeMap map =
        new FakeMap(
            "dm-" + minor,
            new DeviceNumber(DM_MAJOR, minor),
            wwid,
            friendlyNames ? "mpath" + (char) ('a' + minor) : wwid.value());
    map.udevDone = !udevHeld;
    maps.add(map);
    return map;
  }

  /** Opens an encrypted mapping on a map. */
  boolean addMapping(String name, FakeMap below) {
    int minor = freeMinor();
    FakeMap mapping =
        new FakeMap("dm-" + minor, new DeviceNumber(DM_MAJOR, minor), below.wwid, name);
    mapping.below = Optional.of(below);
    mapping.sizeBytes = below.sizeBytes - FakeHeader.BYTES;
    below.holders.add(mapping.dmName);
    return mappings.add(mapping);
  }

  private int freeMinor() {
    int minor = 0;
    while (hasDm("dm-" + minor)) {
      minor++;
    }
    return minor;
  }

  private boolean hasDm(String dmName) {
    return deviceMapper().anyMatch(map -> map.dmName.equals(dmName));
  }

  /** Everything that device-mapper has. */
  Stream<FakeMap> deviceMapper() {
    return Stream.concat(maps.stream(), mappings.stream());
  }

  boolean usable(FakeDisk disk) {
    return !disk.failed && answers(disk);
  }

  /** What a checker finds. */
  boolean answers(FakeDisk disk) {
    return disk.state == DiskState.RUNNING
        && disk.session.state == SessionState.LOGGED_IN
        && behind(disk).isPresent();
  }

  /** The disks in a map through which I/O goes. */
  List<FakeDisk> usablePaths(FakeMap map) {
    List<Hctl> slaves = map.below.orElse(map).slaves;
    return slaves.stream().flatMap(hctl -> disk(hctl).stream()).filter(this::usable).toList();
  }

  /** What I/O to a map reaches; notes it when that is another volume's data. */
  Optional<FakeLun> touch(FakeMap map, String doing) {
    List<FakeDisk> paths = usablePaths(map);
    for (FakeDisk path : paths) {
      Wwid real = behind(path).orElseThrow().wwid();
      if (!real.equals(map.wwid)) {
        violations.add(doing + " of map " + map.wwid + " reached " + real + " by " + path.name);
      }
    }
    return paths.stream().findFirst().flatMap(this::behind);
  }

  boolean inUse(FakeMap map) {
    return map.openers > 0
        || !map.holders.isEmpty()
        // A bind mount of its device node does not open it; a consumer of that node would.
        || mounts.stream().anyMatch(mount -> mount.device().equals(map.number));
  }

  /** By what the kernel knows the btrfs on a device; empty where there is none. */
  Optional<UUID> fsid(FakeMap map, FakeLun behind) {
    return map.content(behind) instanceof Content.Formatted formatted
            && formatted.type().equals("btrfs")
        ? Optional.of(UUID.fromString(formatted.uuid()))
        : Optional.empty();
  }

  /** The devices with a btrfs of that fsid that is mounted. */
  Stream<FakeMap> mountedBtrfs(UUID fsid) {
    return deviceMapper()
        .filter(map -> mounts.stream().anyMatch(mount -> mount.device().equals(map.number)))
        .filter(map ->
            usablePaths(map).stream()
                .flatMap(path -> behind(path).stream())
                .anyMatch(behind -> fsid(map, behind).filter(fsid::equals).isPresent()));
  }

  Optional<FakeMap> mapOf(Path device) {
    String path = device.toString();
    return deviceMapper()
        .filter(map ->
            path.equals("/dev/" + map.dmName)
                || path.equals("/dev/mapper/" + map.name)
                || (map.below.isEmpty()
                    && path.equals("/dev/disk/by-id/dm-uuid-mpath-" + map.wwid)))
        .findFirst();
  }
}
