package io.mooring.node.multipath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.node.linux.DeviceNumber;
import io.mooring.node.sample.Samples;
import io.mooring.node.sample.SysfsTree;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.scsi.Wwid;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.ScriptedCommands;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MultipathdMapsTest {
  private static final String W = "360014050123456789abcdef012345678";
  private static final Wwid WWID = new Wwid(W);

  @TempDir Path directory;
  private SysfsTree tree;
  private FakeDaemon daemon;
  private final ScriptedCommands commands = new ScriptedCommands();
  private final Map<String, Deque<String>> answers = new HashMap<>();
  private MultipathdMaps maps;

  @BeforeEach
  void plant() throws Exception {
    tree = new SysfsTree(Files.createDirectories(directory.resolve("sys")));
    daemon = new FakeDaemon(directory.resolve("socket"), this::answer);
    maps =
        new MultipathdMaps(
            new Multipathd("/nobody", directory.resolve("socket")),
            tree.sysfs(),
            directory.resolve("wwids"),
            commands);
  }

  @AfterEach
  void close() throws Exception {
    daemon.close();
  }

  private void answers(String command, String... texts) {
    answers.put(command, new ArrayDeque<>(List.of(texts)));
  }

  /** The last answer to a command stays. */
  private String answer(String command) {
    Deque<String> texts = answers.getOrDefault(command, new ArrayDeque<>(List.of("fail\n")));
    return texts.size() > 1 ? texts.removeFirst() : texts.getFirst();
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(3));
  }

  private void aMapOfTwoPaths() {
    tree.disk("3:0:0:1", "sdb", "8:16");
    tree.disk("4:0:0:1", "sdc", "8:32");
    tree.map("dm-2", W, "253:2", List.of("sdb", "sdc"));
  }

  @Test
  void aMapIsFoundByItsUuidWithItsPathsAsAddresses() {
    aMapOfTwoPaths();
    MultipathMap map = maps.find(WWID).orElseThrow();
    assertThat(map.dmName()).isEqualTo("dm-2");
    assertThat(map.number()).isEqualTo(new DeviceNumber(253, 2));
    assertThat(map.sizeBytes()).isEqualTo(1L << 30);
    assertThat(map.suspended()).isFalse();
    assertThat(map.slaves()).containsExactly(Hctl.of(3, 1), Hctl.of(4, 1));
    assertThat(map.device()).isEqualTo(Path.of("/dev/mapper/" + W));
    assertThat(maps.byNumber(new DeviceNumber(253, 2))).contains(map);
    assertThat(maps.all()).containsExactly(map);
  }

  @Test
  void aMapThatIsRequiredAndHasGoneIsUnavailable() {
    assertThatThrownBy(() -> maps.require(WWID))
        .hasMessageContaining("has gone")
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE));
  }

  @Test
  void aMapThatTheAdministratorNamedIsStillAddressedByItsIdentity() {
    aMapOfTwoPaths();
    tree.attribute("block/dm-2/dm/name", "mpatha");
    assertThat(maps.find(WWID).orElseThrow().device())
        .isEqualTo(Path.of("/dev/disk/by-id/dm-uuid-mpath-" + W));
  }

  @Test
  void anotherKindOfDeviceMapperDeviceIsNoMap() {
    tree.map("dm-2", W, "253:2", List.of());
    tree.attribute("block/dm-2/dm/uuid", "LVM-" + W);
    assertThat(maps.find(WWID)).isEmpty();
    assertThat(maps.byNumber(new DeviceNumber(253, 2))).isEmpty();
  }

  @Test
  void aSlaveThatIsNoDiskIsAnAlien() {
    tree.map("dm-2", W, "253:2", List.of("loop0"));
    assertThat(maps.find(WWID).orElseThrow().alienSlaves()).containsExactly("loop0");
  }

  @Test
  void theDaemonsViewTellsUsablePathsAndQueueing() {
    answers("show map " + W + " json", Samples.text("multipath/show-map.json"));
    MapStatus status = maps.status(WWID, soon()).orElseThrow();
    assertThat(status.queueing()).isEqualTo(Queueing.BOUNDED);
    assertThat(status.usablePaths()).isEqualTo(2);
    assertThat(status.paths()).extracting(MapPath::checker).containsOnly("directio");
    assertThat(status.paths()).extracting(MapPath::name).containsExactlyInAnyOrder("sdb", "sdc");
  }

  @Test
  void aMapThatTheDaemonDoesNotKnowHasNoStatus() {
    answers("show map " + W + " json", "fail\ndevice not found\n");
    assertThat(maps.status(WWID, soon())).isEmpty();
  }

  @Test
  void aBusyDaemonIsAskedAgainAndNotTakenForAnAnswer() {
    answers(
        "show map " + W + " json",
        "fail\ntimeout\n",
        "timeout\n",
        Samples.text("multipath/show-map.json"));
    assertThat(maps.status(WWID, soon())).isPresent();
    answers("add map " + W, "fail\ntimeout\n", "ok\n");
    assertThat(maps.addMap(WWID, soon()).ok()).isTrue();
  }

  @Test
  void aDaemonThatStaysBusyTimesOut() {
    answers("del map " + W, "fail\ntimeout\n");
    Deadline brief = Deadline.after(Duration.ofMillis(300));
    assertThat(maps.delMap(WWID, brief)).isInstanceOf(Reply.TimedOut.class);
  }

  @Test
  void aDaemonThatHangsTimesOutAsWell() {
    answers("del map " + W, FakeDaemon.SILENCE);
    Deadline brief = Deadline.after(Duration.ofMillis(300));
    assertThat(maps.delMap(WWID, brief)).isInstanceOf(Reply.TimedOut.class);
  }

  @Test
  void theReasonsOfARefusalAreToldApart() {
    answers("del map " + W, "fail\nmap or partition in use\n");
    assertThat(maps.delMap(WWID, soon())).isInstanceOf(Reply.Busy.class);
    answers("del map " + W, "fail\ndevice not found\n");
    assertThat(maps.delMap(WWID, soon())).isInstanceOf(Reply.Unknown.class);
    answers("add path sdb", "blacklisted\n");
    assertThat(maps.addPath("sdb", soon())).isInstanceOf(Reply.Blacklisted.class);
    answers("del path sdb", "delayed\n");
    assertThat(maps.delPath("sdb", soon())).isEqualTo(new Reply.Refused("delayed"));
    answers("fail path sdb", "something that no version says today\n");
    assertThat(maps.failPath("sdb", soon()).ok()).isFalse();
  }

  @Test
  void aPathNameThatIsNoneNeverReachesTheDaemon() {
    assertThatThrownBy(() -> maps.addPath("sdb json", soon())).isInstanceOf(Failure.class);
    assertThat(daemon.asked()).isEmpty();
  }

  @Test
  void theDaemonsPathsAreListedWithTheirAddresses() {
    answers("show paths raw format \"%d|%w|%i|%t|%T\"", Samples.text("multipath/show-paths.txt"));
    assertThat(maps.knownPaths(soon()))
        .contains(
            new KnownPath("sda", "0QEMU_QEMU_HARDDISK_local", "0:0:0:0", "undef", "undef"),
            new KnownPath("sdb", W, "1:0:0:1", "active", "ready"),
            new KnownPath("sdc", W, "2:0:0:1", "failed", "faulty"))
        .hasSize(3);
  }

  @Test
  void theKernelNamesTheActivePathsWithoutTheDaemon() {
    aMapOfTwoPaths();
    answers("show paths raw format \"%d|%w|%i|%t|%T\"", FakeDaemon.SILENCE);
    commands
        .onExactly("dmsetup", "status", "--noflush", "--target", "multipath")
        .prints(Samples.text("multipath/dmsetup-status.txt"));
    assertThat(maps.activePaths(soon()))
        .containsExactly(Map.entry(WWID, Set.of(Hctl.parse("4:0:0:1").orElseThrow())));
    assertThat(daemon.asked()).isEmpty();
  }

  @Test
  void theDaemonsStateIsRead() {
    answers("show daemon", "pid 184 idle\n");
    assertThat(maps.daemonState(soon())).isEqualTo(new DaemonState(184, "idle"));
    answers("show daemon", "pid 184 idle (pending reconfigure)\n");
    assertThat(maps.daemonState(soon()).ready()).isFalse();
  }

  @Test
  void aMapThatTheDaemonForgotIsResumedPastIt() {
    aMapOfTwoPaths();
    tree.attribute("block/dm-2/dm/suspended", "1");
    answers("resume map " + W, "fail\ndevice not found\n");
    commands
        .onExactly("dmsetup", "resume", "--uuid", "mpath-" + W)
        .does(command -> {
          tree.attribute("block/dm-2/dm/suspended", "0");
          return new CommandResult(0, "", "");
        });
    maps.resume(maps.find(WWID).orElseThrow(), soon());
    assertThat(maps.find(WWID).orElseThrow().suspended()).isFalse();
  }

  @Test
  void aPathIsFailedInOneMapPastTheDaemon() {
    aMapOfTwoPaths();
    commands
        .onExactly("dmsetup", "message", "--uuid", "mpath-" + W, "0", "fail_path 8:16")
        .succeeds();
    maps.failPath(maps.find(WWID).orElseThrow(), new DeviceNumber(8, 16), soon());
    assertThat(commands.ran().getLast().argv())
        .containsExactly("dmsetup", "message", "--uuid", "mpath-" + W, "0", "fail_path 8:16");
  }

  @Test
  void aMapThatStaysSuspendedIsAFailure() {
    aMapOfTwoPaths();
    tree.attribute("block/dm-2/dm/suspended", "1");
    commands.on("dmsetup", "resume").succeeds();
    MultipathMap map = maps.find(WWID).orElseThrow();
    assertThatThrownBy(() -> maps.resume(map, soon()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("stays suspended");
  }

  @Test
  void aMapIsRemovedPastTheDaemonOnlyWhenNobodyHasIt() {
    aMapOfTwoPaths();
    MultipathMap map = maps.find(WWID).orElseThrow();
    commands.on("dmsetup", "info").prints("1\n");
    assertThatThrownBy(() -> maps.removeUnknown(map, soon()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("in use");
    commands.on("dmsetup", "info").fails(1, "Device does not exist.");
    assertThatThrownBy(() -> maps.removeUnknown(map, soon())).isInstanceOf(Failure.class);
    commands.on("dmsetup", "info").prints("0\n");
    commands.onExactly("dmsetup", "remove", "--uuid", "mpath-" + W).succeeds();
    maps.removeUnknown(map, soon());
    assertThat(commands.ran().getLast().argv())
        .containsExactly("dmsetup", "remove", "--uuid", "mpath-" + W);
  }
}
