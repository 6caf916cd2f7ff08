package io.mooring.node.multipath;

import static java.util.Objects.requireNonNull;

import io.mooring.node.linux.DeviceNumber;
import io.mooring.node.linux.Sysfs;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.scsi.Wwid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds multipath maps in sysfs by their device-mapper uuid, {@code mpath-<WWID>}. */
final class SysfsMaps {
  private static final Pattern UUID = Pattern.compile("mpath-(3(?:[0-9a-f]{16}|[0-9a-f]{32}))");
  private static final int SECTOR_BYTES = 512;

  private final Sysfs sysfs;

  SysfsMaps(Sysfs sysfs) {
    this.sysfs = requireNonNull(sysfs, "sysfs is null");
  }

  Optional<MultipathMap> find(Wwid wwid) {
    String uuid = "mpath-" + wwid;
    return deviceMapperNames()
        .filter(name -> sysfs.read("block/" + name + "/dm/uuid").filter(uuid::equals).isPresent())
        .flatMap(name -> map(name).stream())
        .filter(map -> map.wwid().equals(wwid))
        .findFirst();
  }

  Optional<MultipathMap> byNumber(DeviceNumber number) {
    return sysfs.linkName("dev/block/" + number).flatMap(this::map);
  }

  List<MultipathMap> all() {
    return deviceMapperNames().flatMap(name -> map(name).stream()).toList();
  }

  /**
   * Gives names and numbers their identity.
   *
   * @param paths disks by the name of their map
   */
  Map<Wwid, Set<Hctl>> addresses(Map<String, Set<DeviceNumber>> paths) {
    return all().stream()
        .collect(
            Collectors.toMap(
                MultipathMap::wwid,
                map ->
                    paths.getOrDefault(map.name(), Set.of()).stream()
                        .flatMap(number -> sysfs.linkName("dev/block/" + number).stream())
                        .flatMap(disk -> address("block/" + disk).stream())
                        .collect(Collectors.toUnmodifiableSet()),
                (one, other) -> Set.of()));
  }

  private Optional<Hctl> address(String disk) {
    return sysfs.linkName(disk + "/device").flatMap(Hctl::parse);
  }

  private Stream<String> deviceMapperNames() {
    return sysfs.list("block").stream().filter(name -> name.startsWith("dm-"));
  }

  /** Empty for another kind of device-mapper device, and for one that vanishes meanwhile. */
  private Optional<MultipathMap> map(String dmName) {
    String entry = "block/" + dmName;
    Matcher uuid = UUID.matcher(sysfs.read(entry + "/dm/uuid").orElse(""));
    Optional<String> name = sysfs.read(entry + "/dm/name");
    Optional<DeviceNumber> number = sysfs.read(entry + "/dev").flatMap(DeviceNumber::parse);
    Optional<Long> sectors = sysfs.readNumber(entry + "/size");
    if (!uuid.matches() || name.isEmpty() || number.isEmpty() || sectors.isEmpty()) {
      return Optional.empty();
    }
    List<Hctl> slaves = new ArrayList<>();
    List<String> aliens = new ArrayList<>();
    for (String slave : sysfs.list(entry + "/slaves")) {
      address("block/" + slave).ifPresentOrElse(slaves::add, () -> aliens.add(slave));
    }
    return Optional.of(
        new MultipathMap(
            dmName,
            name.get(),
            number.get(),
            new Wwid(uuid.group(1)),
            sectors.get() * SECTOR_BYTES,
            isSet(entry + "/dm/suspended"),
            isSet(entry + "/ro"),
            slaves,
            aliens,
            sysfs.list(entry + "/holders")));
  }

  private boolean isSet(String attribute) {
    return sysfs.read(attribute).filter("1"::equals).isPresent();
  }
}
