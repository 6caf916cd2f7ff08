package io.mooring.agent.lio;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.Serial;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * The LUNs of a target. A LUN is two objects with a link each: {@code lun/lun_N} leads to the
 * backstore, {@code acls/INITIATOR/lun_N} leads to the former. Both have the same number.
 *
 * <p>The unlinking in {@code lun/lun_N} returns when the last command in flight has ended, and
 * holds that directory's lock until then (fs/configfs, transport_clear_lun_ref). So nothing in this
 * process looks into {@code lun/lun_N} unless the mapped LUN stands, which goes first at every
 * removal; otherwise a child process with a deadline looks.
 */
final class Luns {
  private static final Duration LOOK = Duration.ofSeconds(5);

  /** How long the commands in flight are waited for before the caller is told of them. */
  private static final Duration DRAIN = Duration.ofSeconds(60);

  private final ConfigFs fs;
  private final Removal removal;

  Luns(ConfigFs fs, Removal removal) {
    this.fs = requireNonNull(fs, "fs is null");
    this.removal = requireNonNull(removal, "removal is null");
  }

  /** Where the objects of one LUN are. */
  private record Place(String lun, String lunLink, String mapped, String mappedLink) {
    static Place of(LunAddress address, Serial serial) {
      String lun = Targets.group(address.iqn()) + "/lun/lun_" + address.lun();
      String mapped = Targets.acl(address.iqn(), address.initiator()) + "/lun_" + address.lun();
      return new Place(
          lun, lun + "/" + serial.objectName(), mapped, mapped + "/" + serial.objectName());
    }
  }

  /** The numbers that a target's portal group has, ours or not. */
  Set<Integer> numbers(String iqn) {
    Set<Integer> numbers = new TreeSet<>();
    for (String name : fs.children(Targets.group(iqn) + "/lun")) {
      if (name.matches("lun_\\d{1,5}")) {
        numbers.add(Integer.parseInt(name.substring("lun_".length())));
      }
    }
    return numbers;
  }

  /** Under which number an initiator reaches a volume. */
  OptionalInt find(String iqn, String initiator, Serial serial) {
    String acl = Targets.acl(iqn, initiator);
    return fs.children(acl).stream()
        .filter(name -> name.matches("lun_\\d{1,5}"))
        .filter(name -> fs.exists(acl + "/" + name + "/" + serial.objectName()))
        .mapToInt(name -> Integer.parseInt(name.substring("lun_".length())))
        .findFirst();
  }

  /** Maps the backstore, or verifies that it is mapped so. */
  void map(LunAddress address, Serial serial, boolean readOnly, Deadline deadline) {
    Place place = Place.of(address, serial);
    if (fs.exists(place.mappedLink()) && !fs.exists(place.lunLink())) {
      // The kernel forgets a mapping whose LUN went; only its name is left.
      removal.unlink(place.mappedLink(), "map LUN " + address.lun() + " anew", deadline);
    }
    if (!fs.exists(place.mappedLink())) {
      ensureLun(place, serial, deadline);
      FailPoints.pass("agent.publish.after-lun");
      fs.makeDirectory(place.mapped());
      fs.link(place.mappedLink(), place.lun());
    }
    String protect = place.mapped() + "/write_protect";
    String wanted = readOnly ? "1" : "0";
    if (!fs.read(protect).equals(wanted)) {
      fs.write(protect, wanted);
    }
    verify(place, serial, wanted);
  }

  private void ensureLun(Place place, Serial serial, Deadline deadline) {
    if (fs.exists(place.lun())) {
      if (linkUnderRemoval(place, deadline).isPresent()) {
        return;
      }
    } else {
      fs.makeDirectory(place.lun());
    }
    fs.link(place.lunLink(), Backstores.path(serial));
  }

  private Optional<String> linkUnderRemoval(Place place, Deadline deadline) {
    try {
      return removal.linkTarget(place.lunLink(), "look at " + place.lun(), deadline.atMost(LOOK));
    } catch (Failure e) {
      throw inFlight(place.lun(), e);
    }
  }

  private void verify(Place place, Serial serial, String writeProtect) {
    expect(place.mappedLink(), fs.linkTarget(place.mappedLink()), place.lun());
    expect(place.lunLink(), fs.linkTarget(place.lunLink()), Backstores.path(serial));
    expect(
        place.mapped() + "/write_protect",
        Optional.of(fs.read(place.mapped() + "/write_protect")),
        writeProtect);
  }

  private void expect(String path, Optional<String> found, String expected) {
    if (!found.equals(Optional.of(expected))) {
      throw Failure.internal(
          "%s leads to %s where %s belongs; somebody else changes this target"
              .formatted(fs.absolute(path), found.orElse("nothing"), expected));
    }
  }

  /**
   * The fence. First the mapped LUN goes: new commands are refused from then on. Then the LUN goes,
   * which takes until the commands that were under way have ended. When both are gone, nothing of
   * that node reaches the volume any more.
   */
  void unmap(LunAddress address, Serial serial, Deadline deadline) {
    Place place = Place.of(address, serial);
    String doing = "take LUN " + address.lun() + " from " + address.initiator();
    if (fs.exists(place.mapped())) {
      removal.unlink(place.mappedLink(), doing, deadline);
    }
    FailPoints.pass("agent.unpublish.after-mapped-unlink");
    if (fs.exists(place.lun())) {
      try {
        removal.unlink(place.lunLink(), doing, deadline.atMost(DRAIN));
      } catch (Failure e) {
        throw inFlight(place.lun(), e);
      }
    }
    FailPoints.pass("agent.unpublish.after-lun-unlink");
    removal.removeDirectories(List.of(place.mapped(), place.lun()), doing, deadline);
  }

  private Failure inFlight(String lun, Failure cause) {
    if (cause.kind() != Kind.DEADLINE_EXCEEDED) {
      return cause;
    }
    return new Failure(
        Kind.DEADLINE_EXCEEDED,
        "commands of the node are still in flight in %s, because the device below does not answer; try again, the removal goes on"
            .formatted(fs.absolute(lun)),
        cause);
  }
}
