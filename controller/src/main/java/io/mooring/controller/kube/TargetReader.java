package io.mooring.controller.kube;

import io.mooring.controller.target.Maintenance;
import io.mooring.controller.target.PathNetwork;
import io.mooring.controller.target.Portal;
import io.mooring.controller.target.Share;
import io.mooring.controller.target.StorageTarget;
import io.mooring.runtime.failure.Failure;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** From a StorageTarget object to a storage target; the API server's schema has checked little. */
final class TargetReader {
  private static final Pattern PORTAL =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)]|([0-9.]+)):(\\d{1,5})");
  private static final int HIGHEST_PORT = 65_535;
  private static final int GENERATION_BITS = 20;

  private TargetReader() {}

  /**
   * Reads all but the TLS files.
   *
   * @throws Failure INVALID_ARGUMENT that names the field
   */
  static StorageTarget read(StorageTargetObject object) {
    String name = object.name();
    if (!StorageTarget.isName(name)) {
      throw bad("metadata.name", name, "at most 63 of a-z, 0-9, - and . are a target's name");
    }
    TargetSpec spec = object.getSpec();
    String endpoint = spec == null || spec.endpoint() == null ? "" : spec.endpoint();
    if (spec == null || !StorageTarget.isEndpoint(endpoint)) {
      throw bad("spec.endpoint", endpoint, "give host:port, an IPv6 address in brackets");
    }
    Share share =
        new Share(
            Set.copyOf(spec.pools()),
            spec.portals().stream().map(text -> portal("spec.portals", text)).toList(),
            fabrics(spec),
            maintenance(spec.maintenanceOrNone()),
            revision(object));
    return new StorageTarget(name, endpoint, orElse(spec.serverName(), name)).sharing(share);
  }

  /** The portals of a status. */
  static List<Portal> portals(List<String> texts) {
    return texts.stream().map(text -> portal("status.portals", text)).toList();
  }

  /** Whether two texts are one portal: nodes write IPv6 addresses in another way than agents. */
  static boolean isSamePortal(String one, String other) {
    try {
      return portal("portal", one).sameAs(portal("portal", other));
    } catch (Failure e) {
      return false; // a text that is none
    }
  }

  static String orElse(@Nullable String text, String other) {
    return text == null || text.isBlank() ? other : text;
  }

  private static List<String> fabrics(TargetSpec spec) {
    for (String fabric : spec.fabrics()) {
      if (!StorageTarget.isName(fabric)) {
        throw bad("spec.fabrics", fabric, "at most 63 of a-z, 0-9, - and . are a fabric's name");
      }
    }
    return spec.fabrics().isEmpty() ? List.of(Share.DEFAULT_FABRIC) : spec.fabrics();
  }

  private static Maintenance maintenance(MaintenanceSpec spec) {
    return new Maintenance(
        spec.portals().stream().map(text -> portal("spec.maintenance.portals", text)).toList(),
        spec.networks().stream().map(TargetReader::network).toList());
  }

  private static PathNetwork network(String text) {
    return PathNetwork.parse(text)
        .orElseThrow(
            () -> bad("spec.maintenance.networks", text, "give a network such as 192.0.2.0/24"));
  }

  /**
   * Of the spec. It goes up with every change, and when an object is deleted and made again, which
   * begins to count its generations anew.
   */
  static long revision(StorageTargetObject object) {
    String created = object.getMetadata().getCreationTimestamp();
    Long generation = object.getMetadata().getGeneration();
    long seconds = created == null ? 0 : Instant.parse(created).getEpochSecond();
    return (seconds << GENERATION_BITS) + (generation == null ? 0 : generation);
  }

  private static Portal portal(String field, String text) {
    Matcher form = PORTAL.matcher(text);
    if (form.matches() && Integer.parseInt(form.group(3)) <= HIGHEST_PORT) {
      String address = form.group(1) == null ? form.group(2) : form.group(1);
      try {
        return new Portal(InetAddress.ofLiteral(address).getHostAddress(), port(form));
      } catch (IllegalArgumentException e) {
        // falls through: digits that are no address
      }
    }
    throw bad(field, text, "give address:port as the agent has it, IPv6 in brackets");
  }

  private static int port(Matcher form) {
    return Integer.parseInt(form.group(3));
  }

  private static Failure bad(String field, String value, String remedy) {
    return Failure.invalidArgument("%s is \"%s\"; %s".formatted(field, value, remedy));
  }
}
