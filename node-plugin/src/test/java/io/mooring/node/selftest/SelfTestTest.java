package io.mooring.node.selftest;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.fake.FakeHost;
import io.mooring.node.sample.SysfsTree;
import io.mooring.runtime.host.ScriptedCommands;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelfTestTest {
  @TempDir Path root;
  private SysfsTree tree;
  private final FakeHost host = new FakeHost("iqn.2026-01.io.mooring:node.test");
  private final ScriptedCommands commands = new ScriptedCommands();

  @BeforeEach
  void aHostThatHasEverything() throws Exception {
    tree = new SysfsTree(root.resolve("sys"));
    tree.directory("module/dm_multipath");
    tree.directory("class/iscsi_transport/tcp");
    write("proc/self/uid_map", "         0          0 4294967295\n");
    write(
        "proc/self/mountinfo",
        "25 24 0:22 / " + root.resolve("sys") + " rw,nosuid - sysfs sysfs rw\n");
    write("proc/net/unix", "Num RefCount\n0: 00000002 0 0 1 1 1512 @ISCSIADM_ABSTRACT_NAMESPACE\n");
    write("run/udev/control", "");
    write("etc/multipath/wwids", "");
    write("rules/60-storage.rules", "# SDEV_UA is not used here\nACTION==\"add\", RUN+=\"x\"\n");
    commands.on("/bin/sh").succeeds();
    commands.on("iscsiadm", "--version").prints("iscsiadm version 2.1.11\n");
  }

  private void write(String entry, String text) throws Exception {
    Path file = root.resolve(entry);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private Findings run() {
    HostPaths paths =
        new HostPaths(
            root.resolve("proc"),
            root.resolve("run"),
            root.resolve("etc"),
            List.of(root.resolve("rules"), root.resolve("no-rules")));
    return new SelfTest(tree.sysfs(), paths, commands, host.maps())
        .run(Deadline.after(Duration.ofSeconds(5)));
  }

  @Test
  void aHostWithEverythingLacksNothing() {
    assertThat(run()).isEqualTo(new Findings(List.of(), List.of()));
  }

  @Test
  void everythingThatLacksIsNamedAtOnce() throws Exception {
    tree.remove("module/dm_multipath");
    commands.on("modprobe", "--dry-run", "dm_multipath").fails(1, "not found");
    Files.delete(root.resolve("run/udev/control"));
    write("proc/net/unix", "Num RefCount\n");
    host.multipathdUp(false);
    commands.on("/bin/sh").prints("sg_inq\nmkfs.xfs\n");
    Findings findings = run();
    assertThat(findings.usable()).isFalse();
    assertThat(findings.lacks())
        .anyMatch(sentence -> sentence.contains("dm_multipath"))
        .anyMatch(sentence -> sentence.contains("systemd-udevd"))
        .anyMatch(sentence -> sentence.contains("iscsid"))
        .anyMatch(sentence -> sentence.contains("multipathd"))
        .anyMatch(sentence -> sentence.contains("sg_inq") && sentence.contains("sg3-utils"))
        .anyMatch(sentence -> sentence.contains("mkfs.xfs") && sentence.contains("xfsprogs"))
        .hasSize(6);
  }

  @Test
  void aModuleThatCanBeLoadedNeedNotBeLoaded() {
    tree.remove("class/iscsi_transport");
    commands.on("modprobe", "--dry-run", "iscsi_tcp").succeeds();
    assertThat(run().usable()).isTrue();
  }

  @Test
  void aReadOnlySysfsIsNamed() throws Exception {
    write(
        "proc/self/mountinfo",
        "25 24 0:22 / " + root.resolve("sys") + " ro,nosuid - sysfs sysfs rw\n");
    assertThat(run().lacks()).singleElement().asString().contains("/sys is mounted read-only");
  }

  @Test
  void aUserNamespaceIsNamed() throws Exception {
    write("proc/self/uid_map", "         0     100000      65536\n");
    assertThat(run().lacks()).singleElement().asString().contains("user namespace");
  }

  @Test
  void theIscsiadmThatHangsIsAWarningOnly() {
    commands.on("iscsiadm", "--version").prints("iscsiadm version 2.1.10\n");
    assertThat(run().usable()).isTrue();
    assertThat(run().warnings()).singleElement().asString().contains("2.1.10");
  }

  @Test
  void aUdevRuleThatScansByItselfIsAWarningThatNamesItsFile() throws Exception {
    write(
        "rules/90-scan.rules",
        "ENV{SDEV_UA}==\"REPORTED_LUNS_DATA_HAS_CHANGED\", RUN+=\"scan-scsi-target $devpath\"\n");
    assertThat(run().warnings()).singleElement().asString().contains("90-scan.rules");
  }
}
