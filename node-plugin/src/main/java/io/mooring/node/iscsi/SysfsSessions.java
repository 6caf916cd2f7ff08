package io.mooring.node.iscsi;

import static java.util.Objects.requireNonNull;

import io.mooring.node.linux.Sysfs;
import io.mooring.runtime.failure.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads the kernel's iSCSI sessions from {@code class/iscsi_session} and {@code
 * class/iscsi_connection}.
 */
final class SysfsSessions {
  private static final Pattern NAME = Pattern.compile("session(\\d{1,9})");
  private static final Pattern HOST = Pattern.compile("/host(\\d{1,9})/session\\d+/");

  private final Sysfs sysfs;

  SysfsSessions(Sysfs sysfs) {
    this.sysfs = requireNonNull(sysfs, "sysfs is null");
  }

  /** All sessions; those that come or go during the look are left out. */
  List<Session> all() {
    List<Session> sessions = new ArrayList<>();
    for (String name : sysfs.list("class/iscsi_session")) {
      Matcher matcher = NAME.matcher(name);
      if (matcher.matches()) {
        session(Integer.parseInt(matcher.group(1))).ifPresent(sessions::add);
      }
    }
    return List.copyOf(sessions);
  }

  /** Those that were made with our interface record and under this initiator name. */
  List<Session> ours(String initiatorName) {
    return all().stream()
        .filter(session -> session.ifaceName().equals(Initiator.IFACE))
        .filter(session -> session.initiatorName().equals(initiatorName))
        .toList();
  }

  /**
   * The hosts of all sessions with the target. The kernel takes a session's disks away before its
   * entry (iscsi_remove_session), and its connection's entry before both.
   */
  Set<Integer> hostsOf(String iqn) {
    return sysfs.list("class/iscsi_session").stream()
        .map(name -> "class/iscsi_session/" + name)
        .filter(entry -> sysfs.read(entry + "/targetname").filter(iqn::equals).isPresent())
        .flatMap(entry -> host(entry).stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  private Optional<Session> session(int id) {
    String entry = "class/iscsi_session/session" + id;
    Optional<Integer> host = host(entry);
    Optional<String> iqn = sysfs.read(entry + "/targetname");
    Optional<Portal> portal = portal(id);
    if (host.isEmpty() || iqn.isEmpty() || portal.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Session(
            id,
            host.get(),
            iqn.get(),
            portal.get(),
            sysfs.read(entry + "/ifacename").orElse(""),
            sysfs.read(entry + "/initiatorname").orElse(""),
            SessionState.parse(sysfs.read(entry + "/state"))));
  }

  private Optional<Integer> host(String entry) {
    Matcher matcher = HOST.matcher(sysfs.link(entry).orElse(""));
    return matcher.find() ? Optional.of(Integer.valueOf(matcher.group(1))) : Optional.empty();
  }

  /** What was asked for; "address" would be what a target redirected to. */
  private Optional<Portal> portal(int id) {
    String entry = "class/iscsi_connection/connection" + id + ":0";
    Optional<String> address = sysfs.read(entry + "/persistent_address");
    Optional<Long> port = sysfs.readNumber(entry + "/persistent_port");
    if (address.isEmpty() || port.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Portal.of(address.get(), port.get().intValue()));
    } catch (Failure e) {
      // A host name, or "(null)" while the session is being set up: none of ours.
      return Optional.empty();
    }
  }
}
