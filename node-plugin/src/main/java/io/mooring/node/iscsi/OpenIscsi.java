package io.mooring.node.iscsi;

import static java.util.Objects.requireNonNull;

import io.mooring.node.linux.Sysfs;
import io.mooring.runtime.chap.Chap;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The host's open-iscsi: sessions from sysfs, everything else by the host's own iscsiadm. */
public final class OpenIscsi implements Initiator {
  private static final String INITIATOR_NAME = "iface.initiatorname";
  private static final Duration PROBE_LIMIT = Duration.ofSeconds(1);
  private static final Duration LOGOUT_PROOF = Duration.ofSeconds(10);

  private final String initiatorName;
  private final Sysfs sysfs;
  private final SysfsSessions sessions;
  private final Database database;
  private final Processes processes;
  private final IscsiAdm iscsiadm;
  private final PortalProbe probe;
  private final Login login;

  /**
   * @param initiatorName the name our sessions log in with
   * @param paths where open-iscsi keeps its things
   */
  public OpenIscsi(String initiatorName, Sysfs sysfs, Paths paths, CommandRunner commands) {
    this(initiatorName, sysfs, paths, commands, new TcpProbe());
  }

  OpenIscsi(
      String initiatorName, Sysfs sysfs, Paths paths, CommandRunner commands, PortalProbe probe) {
    this.initiatorName = requireNonNull(initiatorName, "initiatorName is null");
    this.sysfs = requireNonNull(sysfs, "sysfs is null");
    this.sessions = new SysfsSessions(sysfs);
    this.database = new Database(paths.databases());
    this.processes = new Processes(paths.proc());
    this.iscsiadm =
        new IscsiAdm(
            commands, new DatabaseLock(paths.lockDirectory(), processes, InstantSource.system()));
    this.probe = requireNonNull(probe, "probe is null");
    this.login = new Login(iscsiadm, this::session);
  }

  /**
   * Where open-iscsi keeps its things.
   *
   * @param databases the directories that may hold {@code nodes} and {@code ifaces}
   * @param lockDirectory where the database's lock is
   * @param proc {@code /proc} of the host's process namespace
   */
  public record Paths(List<Path> databases, Path lockDirectory, Path proc) {
    public Paths {
      databases = List.copyOf(databases);
      requireNonNull(lockDirectory, "lockDirectory is null");
      requireNonNull(proc, "proc is null");
    }

    /** Those of the usual distributions. */
    public static Paths standard() {
      return new Paths(
          List.of(Path.of("/etc/iscsi"), Path.of("/var/lib/iscsi")),
          Path.of("/run/lock/iscsi"),
          Path.of("/proc"));
    }
  }

  @Override
  public String initiatorName() {
    return initiatorName;
  }

  @Override
  public void ensureIface(Deadline deadline) {
    Map<String, String> wanted = new LinkedHashMap<>();
    wanted.put("iface.transport_name", "tcp");
    wanted.put(INITIATOR_NAME, initiatorName);
    database.cutShortIface(IFACE).ifPresent(file -> iscsiadm.discard(file, deadline));
    Optional<Map<String, String>> present = database.iface(IFACE);
    if (present.isPresent() && present.get().entrySet().containsAll(wanted.entrySet())) {
      return;
    }
    if (present.isEmpty()) {
      CommandResult created =
          iscsiadm.run(List.of("-m", "iface", "-I", IFACE, "-o", "new"), deadline);
      if (created.exitCode() != IscsiAdm.SESSION_EXISTS) {
        created.orFail("create open-iscsi's interface record " + IFACE);
      }
    }
    wanted.forEach((name, value) ->
        iscsiadm
            .run(
                List.of("-m", "iface", "-I", IFACE, "-o", "update", "-n", name, "-v", value),
                deadline)
            .orFail("set " + name + " of open-iscsi's interface record " + IFACE));
  }

  @Override
  public void ensureRecord(TargetPortal target, Optional<Chap> chap, Deadline deadline) {
    ensureSettings(target, deadline);
    if (!logsIn(target, chap)) {
      database
          .place(target, IFACE)
          .ifPresent(
              place -> iscsiadm.rewrite(place, text -> RecordSecrets.in(text, chap), deadline));
      if (!logsIn(target, chap)) {
        throw Failure.unavailable(
            "the node record of %s has been removed or changed meanwhile; try again"
                .formatted(target));
      }
    }
  }

  private boolean logsIn(TargetPortal target, Optional<Chap> chap) {
    return RecordSecrets.are(database.node(target, IFACE).orElse(Map.of()), chap);
  }

  private void ensureSettings(TargetPortal target, Deadline deadline) {
    database.cutShortNode(target, IFACE).ifPresent(file -> iscsiadm.discard(file, deadline));
    Optional<Map<String, String>> present = database.node(target, IFACE);
    if (present.isPresent() && !initiatorName.equals(present.get().get(INITIATOR_NAME))) {
      // A record keeps the initiator name that it was made with.
      removeRecord(target, deadline);
      present = Optional.empty();
    }
    Map<String, String> wanted = RecordSettings.all();
    if (present.isPresent() && present.get().entrySet().containsAll(wanted.entrySet())) {
      return;
    }
    if (present.isEmpty()) {
      String portal = target.portal() + "," + target.tpgt();
      iscsiadm
          .run(node(target.iqn(), portal, List.of("-o", "new")), deadline)
          .orFail("create the node record of " + target);
    }
    List<String> update =
        Stream.concat(Stream.of("-o", "update"), IscsiAdm.settings(wanted).stream()).toList();
    iscsiadm
        .run(node(target.iqn(), target.portal().toString(), update), deadline)
        .orFail("write the node record of " + target);
  }

  static List<String> node(String iqn, String portal, List<String> operation) {
    return Stream.concat(
            Stream.of("-m", "node", "-T", iqn, "-p", portal, "-I", IFACE), operation.stream())
        .toList();
  }

  @Override
  public List<Session> sessions() {
    return sessions.ours(initiatorName);
  }

  @Override
  public Set<Integer> hostsOf(String iqn) {
    return sessions.hostsOf(iqn);
  }

  private Optional<Session> session(TargetPortal target) {
    return sessions().stream().filter(target::isServedBy).findFirst();
  }

  @Override
  public boolean daemonRuns() {
    try {
      return processes.run("iscsid");
    } catch (IOException e) {
      throw Failure.internal("the host's processes cannot be seen; is its /proc mounted?", e);
    }
  }

  @Override
  public boolean reachable(Portal portal, Deadline deadline) {
    return probe.answers(portal, deadline.atMost(PROBE_LIMIT));
  }

  @Override
  public LoginOutcome login(TargetPortal target, Deadline deadline) {
    Optional<Session> present = session(target);
    if (present.isPresent() && present.get().loggedIn()) {
      return new LoginOutcome.LoggedIn(present.get());
    }
    if (present.isPresent() && present.get().state() == SessionState.FAILED) {
      return new LoginOutcome.Pending(
          "the session with " + target + " is lost and iscsid is at reconnecting it");
    }
    if (!reachable(target.portal(), deadline)) {
      return new LoginOutcome.Unreachable(
          "portal %s does not answer; look at the network and at the storage host"
              .formatted(target.portal()));
    }
    return login.run(target, deadline);
  }

  @Override
  public void logout(TargetPortal target, Deadline deadline) {
    Optional<Session> present = session(target);
    if (present.isEmpty()) {
      return;
    }
    List<String> disks = disksOn(present.get());
    if (!disks.isEmpty()) {
      throw Failure.failedPrecondition(
          "the session with %s still has the disks %s, so it stays; detach their volumes first"
              .formatted(target, String.join(", ", disks)));
    }
    CommandResult result =
        iscsiadm.run(node(target.iqn(), target.portal().toString(), List.of("--logout")), deadline);
    boolean gone =
        Poll.SYSFS.until(
            deadline.atMost(LOGOUT_PROOF),
            () -> sessions().stream().noneMatch(session -> session.id() == present.get().id()));
    if (!gone) {
      throw Failure.unavailable(
          "the session with %s has not ended (iscsiadm: exit code %d %s); it is tried again"
              .formatted(target, result.exitCode(), result.complaint()));
    }
  }

  private List<String> disksOn(Session session) {
    return sysfs.list("class/scsi_device").stream()
        .filter(hctl -> hctl.startsWith(session.hostNumber() + ":"))
        .toList();
  }

  @Override
  public List<TargetPortal> records() {
    return database.nodes(IFACE);
  }

  @Override
  public void removeRecord(TargetPortal target, Deadline deadline) {
    // Also a session of an earlier initiator name hangs on this record.
    boolean lives =
        sessions.all().stream()
            .filter(session -> session.ifaceName().equals(IFACE))
            .anyMatch(target::isServedBy);
    if (lives) {
      throw Failure.failedPrecondition(
          "the node record of %s stays while its session lives; log out first".formatted(target));
    }
    CommandResult result =
        iscsiadm.run(
            node(target.iqn(), target.portal().toString(), List.of("-o", "delete")), deadline);
    if (result.exitCode() != IscsiAdm.NO_OBJECTS_FOUND) {
      result.orFail("remove the node record of " + target);
    }
  }
}
