package io.mooring.node.fake;

import io.mooring.node.linux.DeviceNodes;
import io.mooring.node.linux.DeviceNumber;
import io.mooring.node.linux.Holder;
import io.mooring.node.linux.Holders;
import io.mooring.node.linux.Udev;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Device nodes, udev's records and holders of the fake kernel's devices. */
final class FakeDevices implements DeviceNodes, Udev, Holders {
  private final FakeKernel kernel;

  FakeDevices(FakeKernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public Optional<DeviceNumber> at(Path path) {
    synchronized (kernel) {
      Optional<DeviceNumber> node = kernel.mapOf(path).map(map -> map.number);
      return node.isPresent() ? node : boundNode(path);
    }
  }

  /** A bound node stays what it was, also when its map has gone or the name means another one. */
  private Optional<DeviceNumber> boundNode(Path path) {
    return kernel.mounts.stream()
        .filter(mount -> mount.mountPoint().equals(path.normalize()))
        .reduce((lower, upper) -> upper)
        .filter(mount -> mount.root().startsWith("/dm-"))
        .map(mount ->
            new DeviceNumber(
                FakeKernel.DM_MAJOR, Integer.parseInt(mount.root().substring("/dm-".length()))));
  }

  @Override
  public Optional<Map<String, String>> block(DeviceNumber device) {
    synchronized (kernel) {
      Map<String, String> properties = new LinkedHashMap<>();
      kernel.disks.stream()
          .filter(disk -> disk.number.equals(device) && disk.udevDone)
          .flatMap(disk -> disk.probed.stream())
          .forEach(identity -> {
            properties.put("ID_SERIAL", identity.wwid().value());
            if (kernel.wwids.contains(identity.wwid())) {
              properties.put("DM_MULTIPATH_DEVICE_PATH", "1");
            }
          });
      kernel.maps.stream()
          .filter(map -> map.number.equals(device) && map.udevDone)
          .forEach(map -> {
            properties.put("DM_NAME", map.name);
            properties.put("DM_UUID", "mpath-" + map.wwid);
          });
      return properties.isEmpty() ? Optional.empty() : Optional.of(Map.copyOf(properties));
    }
  }

  @Override
  public List<Holder> of(DeviceNumber device) {
    synchronized (kernel) {
      List<Holder> holders = new ArrayList<>(mountsOf(device));
      for (FakeMap map : kernel.deviceMapper().toList()) {
        if (map.number.equals(device)) {
          map.holders.forEach(name -> holders.add(new Holder(0, name, "lies on top of it")));
          for (int i = 0; i < map.openers; i++) {
            holders.add(new Holder(4711 + i, "opener", "has it open"));
          }
        }
        map.slaves.stream()
            .flatMap(hctl -> kernel.disk(hctl).stream())
            .filter(disk -> disk.number.equals(device))
            .forEach(disk -> holders.add(new Holder(0, map.dmName, "lies on top of it")));
      }
      return List.copyOf(holders);
    }
  }

  @Override
  public List<Holder> mountsOf(DeviceNumber device) {
    synchronized (kernel) {
      List<Holder> holders = new ArrayList<>();
      kernel.mounts.stream()
          .filter(mount -> mount.device().equals(device))
          .findFirst()
          .ifPresent(mount ->
              holders.add(new Holder(1, "systemd", "has it mounted at " + mount.mountPoint())));
      kernel
          .deviceMapper()
          .filter(map -> map.number.equals(device) && map.superblockPinned)
          .forEach(map -> holders.add(new Holder(815, "sleep", "has it mounted at /leaked")));
      return List.copyOf(holders);
    }
  }
}
