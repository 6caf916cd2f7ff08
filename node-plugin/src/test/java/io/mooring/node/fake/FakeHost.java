package io.mooring.node.fake;

import io.mooring.node.crypt.Encryption;
import io.mooring.node.fake.FakeTargets.Reception;
import io.mooring.node.fs.FileSystems;
import io.mooring.node.fs.Fsids;
import io.mooring.node.fs.Mounts;
import io.mooring.node.iscsi.Initiator;
import io.mooring.node.iscsi.Portal;
import io.mooring.node.iscsi.SessionState;
import io.mooring.node.iscsi.TargetPortal;
import io.mooring.node.linux.BootId;
import io.mooring.node.linux.DeviceNodes;
import io.mooring.node.linux.DeviceNumber;
import io.mooring.node.linux.Holders;
import io.mooring.node.linux.Udev;
import io.mooring.node.multipath.Maps;
import io.mooring.node.scsi.DiskState;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.scsi.ScsiDisks;
import io.mooring.node.scsi.Wwid;
import io.mooring.node.volume.Devices;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A fake host for the flows' tests. All its devices share one state: a login makes a session, a
 * scan makes a disk if something is mapped there, multipathd makes a map of it if its WWID is
 * registered, a mount keeps the map busy, and so on. A new process on the same host is new flow
 * objects on the same fake.
 */
public final class FakeHost {
  private final FakeTargets targets = new FakeTargets();
  private final FakeKernel kernel = new FakeKernel(targets);
  private final Faults faults = new Faults();
  private final FakeInitiator initiator;
  private final FakeDisks disks = new FakeDisks(kernel, faults);
  private final FakeMaps maps = new FakeMaps(kernel, faults);
  private final FakeFileSystems fileSystems = new FakeFileSystems(kernel, faults);
  private final FakeFsids fsids = new FakeFsids(kernel, faults);
  private final FakeEncryption encryption = new FakeEncryption(kernel, faults);
  private final FakeMounts mounts = new FakeMounts(kernel, faults);
  private final FakeDevices devices = new FakeDevices(kernel);
  private final FakePods pods = new FakePods(faults);
  private final FakeNetwork network = new FakeNetwork(kernel);
  private volatile String bootId = "boot-1";
  private int boots = 1;

  public FakeHost(String initiatorName) {
    this.initiator = new FakeInitiator(initiatorName, kernel, faults);
  }

  public Initiator initiator() {
    return initiator;
  }

  public ScsiDisks disks() {
    return disks;
  }

  public Maps maps() {
    return maps;
  }

  public FileSystems fileSystems() {
    return fileSystems;
  }

  /** How long the last mkfs might have taken. */
  public Duration timeForFormat() {
    return fileSystems.timeForFormat;
  }

  public Fsids fsids() {
    return fsids;
  }

  public Encryption encryption() {
    return encryption;
  }

  public Mounts mounts() {
    return mounts;
  }

  public Udev udev() {
    return devices;
  }

  public DeviceNodes nodes() {
    return devices;
  }

  public Holders holders() {
    return devices;
  }

  public BootId bootId() {
    return () -> bootId;
  }

  public FakePods pods() {
    return pods;
  }

  /** Our sessions and the network below them, as the path guard sees them. */
  public FakeNetwork network() {
    return network;
  }

  /** What comes to be wrong with devices in use. */
  public FakeAilments ailments() {
    return new FakeAilments(kernel, initiator, mounts);
  }

  /** How often multipathd was asked something. */
  public int questions() {
    return read(() -> maps.questions);
  }

  /** How many processes were started for a look. */
  public int processes() {
    return read(() -> maps.processes);
  }

  /** The storage side. */
  public FakeTargets targets() {
    return targets;
  }

  /** What was called, and what is to fail. */
  public Faults faults() {
    return faults;
  }

  /** I/O that reached another volume than its map says; must be empty at every test's end. */
  public List<String> violations() {
    return read(() -> List.copyOf(kernel.violations));
  }

  /** The WWIDs in multipath's file. */
  public List<Wwid> registeredWwids() {
    return read(() -> List.copyOf(kernel.wwids));
  }

  /** Every disk's address, other people's included. */
  public List<Hctl> allDisks() {
    return read(() -> kernel.disks.stream().map(disk -> disk.hctl).toList());
  }

  // ---- the network and the target

  /** A portal dies: its sessions fail, their disks block. */
  public void cut(Portal portal) {
    targets.receive(portal, Reception.DEAD);
    onSessions(portal, SessionState.FAILED, DiskState.BLOCKED);
  }

  /** The recovery time of a dead portal's sessions is over. */
  public void recoveryTimeOver(Portal portal) {
    onSessions(portal, SessionState.FREE, DiskState.TRANSPORT_OFFLINE);
  }

  /** A portal is back, and iscsid has reconnected its sessions. */
  public void restore(Portal portal) {
    targets.receive(portal, Reception.WELCOME);
    onSessions(portal, SessionState.LOGGED_IN, DiskState.RUNNING);
  }

  /** So many commands are on their way to the disks of a portal, and do not come back. */
  public void keepInFlight(Portal portal, int commands) {
    run(() ->
        kernel.disks.stream()
            .filter(disk -> disk.session.target.portal().equals(portal))
            .forEach(disk -> disk.inFlight = commands));
  }

  private void onSessions(Portal portal, SessionState session, DiskState disk) {
    run(() ->
        kernel.sessions.stream()
            .filter(candidate -> candidate.target.portal().equals(portal))
            .forEach(lost -> {
              lost.state = session;
              kernel.disks.stream()
                  .filter(candidate -> candidate.session == lost)
                  .forEach(affected -> affected.state = disk);
            }));
  }

  // ---- the kernel, udev, multipathd

  /** The power goes and comes back: nothing is left but files. */
  public void powerCut() {
    run(() -> {
      kernel.loseEverything();
      pods.removeAll();
      bootId = "boot-" + ++boots;
    });
  }

  /** The next scans have no effect, as on a session that is not logged in. */
  public void loseScans(int times) {
    run(() -> kernel.lostScans = times);
  }

  /** Whether udevd holds its records of new devices back; letting go completes those held. */
  public void holdUdev(boolean held) {
    run(() -> {
      kernel.udevHeld = held;
      if (!held) {
        kernel.maps.forEach(map -> map.udevDone = true);
        List.copyOf(kernel.disks).stream()
            .filter(disk -> !disk.udevDone)
            .forEach(disk -> {
              disk.udevDone = true;
              kernel.react(disk);
            });
      }
    });
  }

  /** Whether multipathd makes maps and adds paths by itself when disks appear; it does at first. */
  public void multipathdReacts(boolean reacts) {
    run(() -> kernel.multipathdReacts = reacts);
  }

  /** Whether dmsetup tells which paths the kernel uses. */
  public void deviceMapperAnswers(boolean answers) {
    run(() -> kernel.deviceMapperAnswers = answers);
  }

  /** Stops or starts multipathd. */
  public void multipathdUp(boolean up) {
    run(() -> {
      kernel.multipathdUp = up;
      if (up) {
        kernel.maps.forEach(map -> map.knownToMultipathd = true);
        List.copyOf(kernel.disks).forEach(kernel::react);
      }
    });
  }

  /** The administrator's configuration forbids our disks. */
  public void blacklist(boolean forbidden) {
    run(() -> kernel.blacklisted = forbidden);
  }

  /** New maps are named mpatha, mpathb, ... */
  public void friendlyNames() {
    run(() -> kernel.friendlyNames = true);
  }

  /** The next removals of maps are answered with "in use". */
  public void busyRemovals(int times) {
    run(() -> maps.busyRemovals = times);
  }

  /** The next removals are answered with "ok" and leave a suspended map behind. */
  public void leakedRemovals(int times) {
    run(() -> maps.leakedRemovals = times);
  }

  /** The next commands are not carried out, since multipathd is too busy. */
  public void multipathdTimeouts(int times) {
    run(() -> maps.timeouts = times);
  }

  /** A path stays in multipathd's list although its disk is gone. */
  public void ghostPath(String name) {
    run(() -> kernel.ghostPaths.add(name));
  }

  /** mount(8) leaves SELinux contexts out without a word from now on. */
  public void forgetSeLinux() {
    run(() -> mounts.knowsSeLinux = false);
  }

  /** The next unmounts fail because the target is busy. */
  public void busyUnmounts(int times) {
    run(() -> mounts.busyUnmounts = times);
  }

  // ---- things that are there without the flows' doing

  /** A session of somebody else, with a disk on it. */
  public Hctl addForeignSession(TargetPortal target, int lun, FakeLun behind) {
    return read(() -> {
      FakeSession session = kernel.addSession(target, "default", "iqn.2000-01.org.other:host");
      return kernel.addDisk(session, lun, behind).hctl;
    });
  }

  /** One of our sessions, as an earlier process has left it. */
  public int addSession(TargetPortal target) {
    return read(() -> kernel.addSession(target, Initiator.IFACE, initiator.initiatorName()).host);
  }

  /** A disk on one of our sessions that was probed when something else was behind its number. */
  public void addStaleDisk(int host, int lun, FakeLun probed) {
    run(() ->
        kernel.sessions.stream()
            .filter(session -> session.host == host)
            .findFirst()
            .ifPresent(session -> kernel.addDisk(session, lun, probed)));
  }

  /** A map out of disks that are there, whatever they are; the first one gives the size. */
  public void addMap(Wwid wwid, Hctl... slaves) {
    run(() -> {
      FakeMap map = kernel.addMap(wwid);
      for (Hctl slave : slaves) {
        map.slaves.add(slave);
        kernel
            .disk(slave)
            .ifPresent(disk -> {
              disk.knownToMultipathd = true;
              map.sizeBytes = map.sizeBytes == 0 ? disk.sizeBytes : map.sizeBytes;
            });
      }
    });
  }

  /** Somebody mounts something. */
  public void addMount(Path target, DeviceNumber device, String fsType) {
    run(() -> mounts.add(target, "/", device, fsType, "/dev/somewhere", "rw"));
  }

  /** The encrypted mappings that are open. */
  public List<String> mappings() {
    return read(() -> kernel.mappings.stream().map(mapping -> mapping.name).toList());
  }

  /** Somebody has the map open, that many times. */
  public void setOpeners(Wwid wwid, int openers) {
    onMap(wwid, map -> map.openers = openers);
  }

  /** Another mount namespace keeps the map's file system, or lets it go. */
  public void pinSuperblock(Wwid wwid, boolean pinned) {
    onMap(wwid, map -> map.superblockPinned = pinned);
  }

  /** Suspends a map. */
  public void suspend(Wwid wwid) {
    onMap(wwid, map -> map.suspended = true);
  }

  /** multipathd forgets a map that the kernel has. */
  public void forgetMap(Wwid wwid) {
    onMap(wwid, map -> map.knownToMultipathd = false);
  }

  private void onMap(Wwid wwid, Consumer<FakeMap> change) {
    run(() -> kernel.map(wwid).ifPresent(change));
  }

  private void run(Runnable change) {
    synchronized (kernel) {
      change.run();
    }
  }

  private <T> T read(Supplier<T> look) {
    synchronized (kernel) {
      return look.get();
    }
  }

  /** Every device of this host, as the flows take them. */
  public Devices devices() {
    return new Devices(
        initiator(),
        disks(),
        maps(),
        fileSystems(),
        fsids(),
        encryption(),
        mounts(),
        udev(),
        nodes(),
        holders(),
        pods(),
        bootId());
  }
}
