package io.mooring.node.iscsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.node.sample.Samples;
import io.mooring.node.sample.SysfsTree;
import io.mooring.runtime.chap.Chap;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.ScriptedCommands;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenIscsiTest {
  private static final String IQN = "iqn.2026-01.io.mooring:s1.0123456789abcdef";
  private static final String INITIATOR = "iqn.2026-01.io.mooring:node.test1";
  private static final Portal PORTAL = Portal.parse("10.77.1.1:3260");
  private static final TargetPortal TARGET = new TargetPortal(IQN, 1, PORTAL);

  private static final Chap CHAP =
      new Chap("anna", "correct-horse-1", "bella", "battery-staple-2", 1);

  @TempDir Path directory;
  private SysfsTree tree;
  private Path database;
  private final ScriptedCommands commands = new ScriptedCommands();
  private final Set<Portal> dead = new HashSet<>();
  private OpenIscsi initiator;

  @BeforeEach
  void plant() throws Exception {
    tree = new SysfsTree(Files.createDirectories(directory.resolve("sys")));
    database = Files.createDirectories(directory.resolve("iscsi"));
    initiator =
        new OpenIscsi(
            INITIATOR,
            tree.sysfs(),
            new OpenIscsi.Paths(
                List.of(database),
                directory.resolve("lock"),
                Files.createDirectories(directory.resolve("proc"))),
            commands,
            (portal, deadline) -> !dead.contains(portal));
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofMillis(500));
  }

  private ScriptedCommands.When iscsiadm(String operation) {
    return commands.on("iscsiadm ... " + operation, argv -> argv.contains(operation));
  }

  private void logInMakesASession() {
    iscsiadm("--login")
        .does(command -> {
          tree.session(7, 3, IQN, "10.77.1.1", INITIATOR);
          return new CommandResult(0, "", "");
        });
  }

  private void record(String text) throws Exception {
    Path node = database.resolve("nodes").resolve(IQN).resolve("10.77.1.1,3260,1");
    Files.createDirectories(node);
    Files.writeString(node.resolve("mooring"), text);
  }

  @Test
  void sessionsAreReadFromSysfsWithTheirHost() {
    tree.session(7, 3, IQN, "10.77.1.1", INITIATOR);
    assertThat(initiator.sessions())
        .containsExactly(
            new Session(7, 3, IQN, PORTAL, "mooring", INITIATOR, SessionState.LOGGED_IN));
    assertThat(commands.ran()).isEmpty();
  }

  @Test
  void aSessionOfAnotherInterfaceOrInitiatorIsNotOurs() {
    tree.session(7, 3, IQN, "10.77.1.1", "iqn.2000-01.org.other:host");
    tree.session(8, 4, IQN, "10.77.2.1", INITIATOR);
    tree.attribute("devices/platform/host4/session8/iscsi_session/session8/ifacename", "default");
    assertThat(initiator.sessions()).isEmpty();
  }

  @Test
  void aSessionThatIsBeingSetUpIsNoSessionYet() {
    tree.session(7, 3, IQN, "10.77.1.1", INITIATOR);
    tree.attribute("class/iscsi_connection/connection7:0/persistent_address", "(null)");
    assertThat(initiator.sessions()).isEmpty();
  }

  @Test
  void aLoginIsOverAsSoonAsSysfsShowsTheSession() {
    logInMakesASession();
    assertThat(initiator.login(TARGET, soon()))
        .isInstanceOfSatisfying(
            LoginOutcome.LoggedIn.class, in -> assertThat(in.session().id()).isEqualTo(7));
    assertThat(commands.ran().getFirst().argv())
        .containsExactly(
            "iscsiadm",
            "-m",
            "node",
            "-T",
            IQN,
            "-p",
            "10.77.1.1:3260",
            "-I",
            "mooring",
            "--login");
  }

  @Test
  void aLoginToAPortalThatIsLoggedInRunsNothing() {
    tree.session(7, 3, IQN, "10.77.1.1", INITIATOR);
    assertThat(initiator.login(TARGET, soon())).isInstanceOf(LoginOutcome.LoggedIn.class);
    assertThat(commands.ran()).isEmpty();
  }

  @Test
  void aLostSessionIsLeftToIscsid() {
    tree.session(7, 3, IQN, "10.77.1.1", INITIATOR);
    tree.attribute("devices/platform/host3/session7/iscsi_session/session7/state", "FAILED");
    assertThat(initiator.login(TARGET, soon())).isInstanceOf(LoginOutcome.Pending.class);
    assertThat(commands.ran()).isEmpty();
  }

  @Test
  void iscsidIsNotSetOnAPortalThatDoesNotAnswer() {
    dead.add(PORTAL);
    assertThat(initiator.login(TARGET, soon())).isInstanceOf(LoginOutcome.Unreachable.class);
    assertThat(commands.ran()).isEmpty();
  }

  @Test
  void anotherCallsLoginCountsAsOurs() {
    iscsiadm("--login")
        .does(command -> {
          tree.session(7, 3, IQN, "10.77.1.1", INITIATOR);
          return new CommandResult(15, "", "iscsiadm: session exists");
        });
    assertThat(initiator.login(TARGET, soon())).isInstanceOf(LoginOutcome.LoggedIn.class);
  }

  @Test
  void aRefusalIsToldApartFromSilence() {
    iscsiadm("--login").fails(24, "iscsiadm: Could not login");
    assertThat(initiator.login(TARGET, soon()))
        .isInstanceOfSatisfying(
            LoginOutcome.Refused.class, no -> assertThat(no.permanent()).isTrue());
    iscsiadm("--login").fails(8, "iscsiadm: connection timed out");
    assertThat(initiator.login(TARGET, soon())).isInstanceOf(LoginOutcome.Pending.class);
  }

  @Test
  void aHangingIscsiadmDoesNotHideASessionThatIsThere() {
    iscsiadm("--login")
        .does(command -> {
          tree.session(7, 3, IQN, "10.77.1.1", INITIATOR);
          throw Failure.deadlineExceeded("iscsiadm was killed");
        });
    assertThat(initiator.login(TARGET, soon())).isInstanceOf(LoginOutcome.LoggedIn.class);
  }

  @Test
  void aDeadIscsidIsNamed() {
    iscsiadm("--login").fails(20, "iscsiadm: can not connect to iSCSI daemon (111)!");
    assertThatThrownBy(() -> initiator.login(TARGET, soon()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("iscsid")
        .extracting("kind")
        .isEqualTo(Kind.UNAVAILABLE);
  }

  @Test
  void aNewRecordIsCreatedAndWrittenWithoutDiscovery() {
    commands.on("iscsiadm", "-m", "node").succeeds();
    initiator.ensureRecord(TARGET, Optional.empty(), soon());
    assertThat(commands.ran()).hasSize(2);
    assertThat(commands.ran().getFirst().argv())
        .containsExactly(
            "iscsiadm",
            "-m",
            "node",
            "-T",
            IQN,
            "-p",
            "10.77.1.1:3260,1",
            "-I",
            "mooring",
            "-o",
            "new");
    assertThat(commands.ran().getLast().argv())
        .containsSequence("-n", "node.session.scan", "-v", "manual")
        .containsSequence("-n", "node.startup", "-v", "manual")
        .containsSequence("-n", "node.session.reopen_max", "-v", "0");
  }

  @Test
  void aRecordThatIsRightCostsNoProcess() throws Exception {
    record(Samples.text("iscsi/node-record.txt"));
    initiator.ensureRecord(TARGET, Optional.empty(), soon());
    assertThat(commands.ran()).isEmpty();
  }

  @Test
  void aRecordThatSomebodyChangedIsCorrected() throws Exception {
    record(
        Samples.text("iscsi/node-record.txt")
            .replace("node.session.scan = manual", "node.session.scan = auto"));
    commands.on("iscsiadm", "-m", "node").succeeds();
    initiator.ensureRecord(TARGET, Optional.empty(), soon());
    assertThat(commands.ran()).hasSize(1);
    assertThat(commands.ran().getFirst().argv()).contains("update");
  }

  @Test
  void aRecordUnderAnotherInitiatorNameIsMadeAnew() throws Exception {
    record(Samples.text("iscsi/node-record.txt").replace(INITIATOR, "iqn.old:node"));
    commands.on("iscsiadm", "-m", "node").succeeds();
    initiator.ensureRecord(TARGET, Optional.empty(), soon());
    assertThat(commands.ran())
        .extracting(command -> command.argv().get(10))
        .containsExactly("delete", "new", "update");
  }

  @Test
  void theInterfaceRecordIsWrittenOnceAndThenLeft() throws Exception {
    commands.on("iscsiadm", "-m", "iface").succeeds();
    initiator.ensureIface(soon());
    assertThat(commands.ran()).hasSize(3);
    assertThat(commands.ran().getLast().argv())
        .endsWith("-n", "iface.initiatorname", "-v", INITIATOR);
    Files.createDirectories(database.resolve("ifaces"));
    Files.writeString(database.resolve("ifaces/mooring"), Samples.text("iscsi/iface-record.txt"));
    commands.forget();
    initiator.ensureIface(soon());
    assertThat(commands.ran()).isEmpty();
  }

  @Test
  void anInterfaceRecordThatWasCutShortIsMadeAnew() throws Exception {
    Path file = Files.createDirectories(database.resolve("ifaces")).resolve("mooring");
    Files.createFile(file);
    commands.on("rm").does(command -> removed(file));
    commands.on("iscsiadm", "-m", "iface").succeeds();
    initiator.ensureIface(soon());
    assertThat(commands.ran().getFirst().argv()).containsExactly("rm", "-f", "--", file.toString());
    assertThat(commands.ran().get(1).argv()).endsWith("-o", "new");
  }

  @Test
  void aNodeRecordThatWasCutShortIsMadeAnew() throws Exception {
    String whole = Samples.text("iscsi/node-record.txt");
    record(whole.substring(0, whole.length() / 2));
    Path file = database.resolve("nodes").resolve(IQN).resolve("10.77.1.1,3260,1/mooring");
    commands.on("rm").does(command -> removed(file));
    commands.on("iscsiadm", "-m", "node").succeeds();
    initiator.ensureRecord(TARGET, Optional.empty(), soon());
    assertThat(commands.ran())
        .extracting(command -> command.argv().getFirst())
        .containsExactly("rm", "iscsiadm", "iscsiadm");
  }

  private static CommandResult removed(Path file) {
    assertThat(file.toFile().delete()).isTrue();
    return new CommandResult(0, "", "");
  }

  @Test
  void aLogoutIsRefusedWhileTheSessionHasDisks() {
    tree.session(7, 3, IQN, "10.77.1.1", INITIATOR);
    tree.disk("3:0:0:1", "sdc", "8:32");
    assertThatThrownBy(() -> initiator.logout(TARGET, soon()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("3:0:0:1");
    assertThat(commands.ran()).isEmpty();
  }

  @Test
  void aLogoutIsProvenInSysfsWhateverIscsiadmSays() {
    tree.session(7, 3, IQN, "10.77.1.1", INITIATOR);
    iscsiadm("--logout").succeeds();
    assertThatThrownBy(() -> initiator.logout(TARGET, soon()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("has not ended");
    iscsiadm("--logout")
        .does(command -> {
          tree.remove("class/iscsi_session/session7");
          return new CommandResult(21, "", "iscsiadm: No matching sessions found");
        });
    initiator.logout(TARGET, soon());
    assertThat(initiator.sessions()).isEmpty();
  }

  @Test
  void theRecordOfALiveSessionIsNotRemoved() {
    tree.session(7, 3, IQN, "10.77.1.1", INITIATOR);
    assertThatThrownBy(() -> initiator.removeRecord(TARGET, soon()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("session lives");
    assertThat(commands.ran()).isEmpty();
  }

  @Test
  void theRecordUnderASessionOfAnEarlierInitiatorNameIsNotRemovedEither() {
    tree.session(7, 3, IQN, "10.77.1.1", "iqn.2026-01.io.mooring:node.before");
    assertThatThrownBy(() -> initiator.removeRecord(TARGET, soon())).isInstanceOf(Failure.class);
    assertThat(commands.ran()).isEmpty();
  }

  private Path recordFile() {
    return database.resolve("nodes").resolve(IQN).resolve("10.77.1.1,3260,1/mooring");
  }

  @Test
  void secretsAreWrittenIntoTheRecordAndNeverIntoAnArgument() throws Exception {
    record(Samples.text("iscsi/node-record.txt"));
    initiator.ensureRecord(TARGET, Optional.of(CHAP), soon());
    assertThat(commands.ran()).isEmpty();
    assertThat(Files.readAllLines(recordFile()))
        .contains(
            "node.session.auth.authmethod = CHAP",
            "node.session.auth.username = anna",
            "node.session.auth.password = correct-horse-1",
            "node.session.auth.username_in = bella",
            "node.session.auth.password_in = battery-staple-2",
            "node.session.auth.chap_algs = MD5",
            "node.session.scan = manual")
        .doesNotContain("node.session.auth.authmethod = None")
        .endsWith("# END RECORD");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(recordFile())))
        .isEqualTo("rw-------");
    assertThat(directory.resolve("lock/lock.write")).doesNotExist();
    assertThat(database).isDirectoryNotContaining("glob:**/.mooring*");
  }

  @Test
  void aRecordWithTheRightSecretsIsNotWrittenAgain() throws Exception {
    record(Samples.text("iscsi/node-record.txt"));
    initiator.ensureRecord(TARGET, Optional.of(CHAP), soon());
    Object key = Files.readAttributes(recordFile(), BasicFileAttributes.class).fileKey();
    initiator.ensureRecord(TARGET, Optional.of(CHAP), soon());
    assertThat(Files.readAttributes(recordFile(), BasicFileAttributes.class).fileKey())
        .isEqualTo(key);
  }

  @Test
  void withoutChapNoSecretStaysInTheRecord() throws Exception {
    String before = Samples.text("iscsi/node-record.txt");
    record(before);
    initiator.ensureRecord(TARGET, Optional.of(CHAP), soon());
    initiator.ensureRecord(TARGET, Optional.empty(), soon());
    assertThat(Files.readAllLines(recordFile()))
        .containsExactlyInAnyOrderElementsOf(before.lines().toList());
  }

  @Test
  void aRecordIsNotTouchedWhileAnIscsiadmHasTheDatabase() throws Exception {
    record(Samples.text("iscsi/node-record.txt"));
    Path lock = Files.createDirectories(directory.resolve("lock"));
    Files.createFile(lock.resolve("lock.write"));
    assertThatThrownBy(() -> initiator.ensureRecord(TARGET, Optional.of(CHAP), soon()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("locked")
        .extracting("kind")
        .isEqualTo(Kind.UNAVAILABLE);
    assertThat(Files.readString(recordFile())).doesNotContain("correct-horse");
  }
}
