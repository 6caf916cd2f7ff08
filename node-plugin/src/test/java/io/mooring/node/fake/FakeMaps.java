package io.mooring.node.fake;

import io.mooring.node.linux.DeviceNumber;
import io.mooring.node.multipath.DaemonState;
import io.mooring.node.multipath.KnownPath;
import io.mooring.node.multipath.MapPath;
import io.mooring.node.multipath.MapStatus;
import io.mooring.node.multipath.Maps;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.multipath.Queueing;
import io.mooring.node.multipath.Reply;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.scsi.Wwid;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** multipathd and device-mapper on the fake kernel. */
final class FakeMaps implements Maps {
  private final FakeKernel kernel;
  private final Faults faults;
  int busyRemovals;
  int leakedRemovals;
  int timeouts;
  int questions;
  int processes;

  FakeMaps(FakeKernel kernel, Faults faults) {
    this.kernel = kernel;
    this.faults = faults;
  }

  @Override
  public Optional<MultipathMap> find(Wwid wwid) {
    synchronized (kernel) {
      return kernel.map(wwid).map(FakeMap::shown);
    }
  }

  @Override
  public Optional<MultipathMap> byNumber(DeviceNumber number) {
    return all().stream().filter(map -> map.number().equals(number)).findFirst();
  }

  @Override
  public List<MultipathMap> all() {
    synchronized (kernel) {
      return kernel.maps.stream().map(FakeMap::shown).toList();
    }
  }

  @Override
  public OptionalInt openCount(MultipathMap map, Deadline deadline) {
    synchronized (kernel) {
      processes++;
      return kernel.map(map.wwid()).stream().mapToInt(this::openCount).findFirst();
    }
  }

  private int openCount(FakeMap map) {
    return map.openers
        + map.holders.size()
        + (kernel.mounts.stream().anyMatch(mount -> mount.device().equals(map.number)) ? 1 : 0);
  }

  @Override
  public Optional<MapStatus> status(Wwid wwid, Deadline deadline) {
    synchronized (kernel) {
      questions++;
      checkUp();
      return kernel.map(wwid).filter(map -> map.knownToMultipathd).map(this::status);
    }
  }

  private MapStatus status(FakeMap map) {
    List<MapPath> paths = new ArrayList<>();
    map.slaves.stream()
        .flatMap(hctl -> kernel.disk(hctl).stream())
        .forEach(disk ->
            paths.add(
                new MapPath(
                    disk.name,
                    disk.number,
                    kernel.usable(disk) ? "active" : "failed",
                    "running",
                    kernel.usable(disk) ? "ready" : "faulty",
                    "directio")));
    Queueing held = kernel.usablePaths(map).isEmpty() ? Queueing.COUNTING_DOWN : Queueing.BOUNDED;
    return new MapStatus(map.queueingDisabled ? Queueing.OFF : held, paths);
  }

  @Override
  public void registerWwid(Wwid wwid, Deadline deadline) {
    act("registerWwid", wwid, () -> kernel.wwids.add(wwid));
  }

  @Override
  public void forgetWwid(Wwid wwid, Deadline deadline) {
    act("forgetWwid", wwid, () -> kernel.wwids.remove(wwid));
  }

  @Override
  public Reply addPath(String path, Deadline deadline) {
    return command(
        "addPath",
        path,
        () -> {
          Optional<FakeDisk> disk = kernel.disk(path).filter(found -> found.udevDone);
          if (kernel.blacklisted) {
            return new Reply.Blacklisted();
          }
          if (disk.isEmpty() || disk.get().probed.isEmpty()) {
            return new Reply.Refused("fail");
          }
          Wwid wwid = disk.get().probed.get().wwid();
          disk.get().knownToMultipathd = true;
          boolean wanted = kernel.wwids.contains(wwid) || kernel.map(wwid).isPresent();
          return !wanted || kernel.join(disk.get(), wwid)
              ? new Reply.Ok()
              : new Reply.Refused("fail");
        });
  }

  @Override
  public Reply delPath(String path, Deadline deadline) {
    return command(
        "delPath",
        path,
        () -> {
          if (kernel.ghostPaths.remove(path)) {
            return new Reply.Ok();
          }
          Optional<FakeDisk> disk = kernel.disk(path).filter(found -> found.knownToMultipathd);
          disk.ifPresent(found -> {
            found.knownToMultipathd = false;
            kernel.maps.stream()
                .filter(map -> !map.strays.contains(found.hctl))
                .forEach(map -> map.slaves.remove(found.hctl));
          });
          return disk.isPresent() ? new Reply.Ok() : new Reply.Unknown();
        });
  }

  @Override
  public Reply failPath(String path, Deadline deadline) {
    return onPath("failPath", path, true);
  }

  @Override
  public void failPath(MultipathMap map, DeviceNumber path, Deadline deadline) {
    act(
        "failPathInKernel",
        path,
        () -> {
          kernel.disks.stream()
              .filter(disk -> disk.number.equals(path))
              .forEach(disk -> disk.failed = true);
          return true;
        });
  }

  @Override
  public Reply reinstatePath(String path, Deadline deadline) {
    return onPath("reinstatePath", path, false);
  }

  private Reply onPath(String method, String path, boolean failed) {
    return command(
        method,
        path,
        () -> {
          Optional<FakeDisk> disk = kernel.disk(path).filter(found -> found.knownToMultipathd);
          disk.ifPresent(found -> found.failed = failed);
          return disk.isPresent() ? new Reply.Ok() : new Reply.Unknown();
        });
  }

  @Override
  public Reply addMap(Wwid wwid, Deadline deadline) {
    return command(
        "addMap",
        wwid,
        () -> {
          if (kernel.blacklisted) {
            return new Reply.Blacklisted();
          }
          kernel.map(wwid).ifPresent(map -> map.knownToMultipathd = true);
          kernel.disks.stream()
              .filter(disk -> disk.knownToMultipathd)
              .filter(disk -> disk.probed.filter(id -> id.wwid().equals(wwid)).isPresent())
              .forEach(disk -> kernel.join(disk, wwid));
          return kernel.map(wwid).isPresent() ? new Reply.Ok() : new Reply.Refused("fail");
        });
  }

  @Override
  public Reply delMap(Wwid wwid, Deadline deadline) {
    return command("delMap", wwid, () -> onMap(wwid, this::remove));
  }

  private Reply remove(FakeMap map) {
    if (busyRemovals > 0 || kernel.inUse(map)) {
      busyRemovals = Math.max(0, busyRemovals - 1);
      return new Reply.Busy();
    }
    if (leakedRemovals > 0) {
      leakedRemovals--;
      map.suspended = true;
      map.knownToMultipathd = false;
      return new Reply.Ok();
    }
    kernel.maps.remove(map);
    return new Reply.Ok();
  }

  @Override
  public Reply reloadMap(Wwid wwid, Deadline deadline) {
    return command("reloadMap", wwid, () -> onMap(wwid, FakeMaps::writeAnew));
  }

  private static Reply writeAnew(FakeMap map) {
    map.slaves.removeAll(map.strays);
    map.strays.clear();
    return new Reply.Ok();
  }

  @Override
  public Reply resizeMap(Wwid wwid, Deadline deadline) {
    return command("resizeMap", wwid, () -> onMap(wwid, this::resize));
  }

  private Reply resize(FakeMap map) {
    List<Long> sizes =
        map.slaves.stream()
            .flatMap(hctl -> kernel.disk(hctl).stream())
            .map(disk -> disk.sizeBytes)
            .distinct()
            .toList();
    if (sizes.size() != 1) {
      return new Reply.Refused("path size not consistent. cannot resize");
    }
    map.sizeBytes = sizes.getFirst();
    return new Reply.Ok();
  }

  @Override
  public Reply disableQueueing(Wwid wwid, Deadline deadline) {
    return command("disableQueueing", wwid, () -> onMap(wwid, map -> setQueueing(map, true)));
  }

  @Override
  public Reply restoreQueueing(Wwid wwid, Deadline deadline) {
    return command("restoreQueueing", wwid, () -> onMap(wwid, map -> setQueueing(map, false)));
  }

  private static Reply setQueueing(FakeMap map, boolean disabled) {
    map.queueingDisabled = disabled;
    return new Reply.Ok();
  }

  private Reply onMap(Wwid wwid, Function<FakeMap, Reply> effect) {
    return kernel
        .map(wwid)
        .filter(map -> map.knownToMultipathd)
        .map(effect)
        .orElseGet(Reply.Unknown::new);
  }

  @Override
  public void resume(MultipathMap map, Deadline deadline) {
    act(
        "resume",
        map.wwid(),
        () -> {
          kernel.map(map.wwid()).ifPresent(found -> found.suspended = false);
          return true;
        });
  }

  @Override
  public void removeUnknown(MultipathMap map, Deadline deadline) {
    act(
        "removeUnknown",
        map.wwid(),
        () -> {
          FakeMap found =
              kernel
                  .map(map.wwid())
                  .filter(candidate -> !kernel.inUse(candidate))
                  .orElseThrow(() -> Failure.failedPrecondition(map + " is in use or gone"));
          return kernel.maps.remove(found);
        });
  }

  @Override
  public List<KnownPath> knownPaths(Deadline deadline) {
    synchronized (kernel) {
      questions++;
      checkUp();
      List<KnownPath> known = new ArrayList<>();
      kernel.disks.stream()
          .filter(disk -> disk.knownToMultipathd)
          .forEach(disk ->
              known.add(
                  new KnownPath(
                      disk.name,
                      disk.probed.map(id -> id.wwid().value()).orElse(""),
                      disk.hctl.toString(),
                      dmState(disk),
                      kernel.answers(disk) ? "ready" : "faulty")));
      kernel.ghostPaths.forEach(name -> known.add(new KnownPath(name, "", "", "undef", "undef")));
      return List.copyOf(known);
    }
  }

  @Override
  public Map<Wwid, Set<Hctl>> activePaths(Deadline deadline) {
    synchronized (kernel) {
      processes++;
      if (!kernel.deviceMapperAnswers) {
        throw Failure.unavailable("dmsetup does not answer");
      }
      return kernel.maps.stream()
          .collect(
              Collectors.toMap(
                  map -> map.shown().wwid(),
                  map ->
                      map.slaves.stream()
                          .filter(hctl -> kernel.disk(hctl).filter(kernel::usable).isPresent())
                          .collect(Collectors.toSet())));
    }
  }

  private String dmState(FakeDisk disk) {
    boolean inMap = kernel.maps.stream().anyMatch(map -> map.slaves.contains(disk.hctl));
    if (!inMap) {
      return "undef";
    }
    return kernel.usable(disk) ? "active" : "failed";
  }

  @Override
  public DaemonState daemonState(Deadline deadline) {
    synchronized (kernel) {
      questions++;
      checkUp();
      return new DaemonState(100, "idle");
    }
  }

  private void checkUp() {
    if (!kernel.multipathdUp) {
      throw Failure.unavailable("multipathd does not serve its socket; start multipathd.service");
    }
  }

  private Reply command(String method, Object argument, Supplier<Reply> effect) {
    return act(
        method,
        argument,
        () -> {
          checkUp();
          if (timeouts > 0) {
            timeouts--;
            return new Reply.TimedOut();
          }
          return effect.get();
        });
  }

  private <T> T act(String method, Object argument, Supplier<T> effect) {
    return faults.call(
        "maps." + method,
        argument,
        () -> {
          synchronized (kernel) {
            return effect.get();
          }
        });
  }
}
