package io.mooring.node.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.node.sample.SysfsTree;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.HostCommands;
import io.mooring.runtime.host.ScriptedCommands;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SysfsTest {
  private static final Deadline SOON = Deadline.after(Duration.ofSeconds(5));

  @TempDir Path root;
  private SysfsTree tree;

  @BeforeEach
  void plant() {
    tree = new SysfsTree(root);
  }

  @Test
  void aValueIsReadWithoutItsNewline() {
    tree.attribute("block/dm-0/size", "2097152");
    assertThat(tree.sysfs().read("block/dm-0/size")).contains("2097152");
    assertThat(tree.sysfs().readNumber("block/dm-0/size")).contains(2097152L);
  }

  @Test
  void whatIsNotThereIsEmpty() {
    assertThat(tree.sysfs().read("block/dm-7/size")).isEmpty();
    assertThat(tree.sysfs().list("block/dm-7/slaves")).isEmpty();
    assertThat(tree.sysfs().link("block/dm-7")).isEmpty();
    assertThat(tree.sysfs().exists("block/dm-7")).isFalse();
  }

  @Test
  void whatIsThereAndCannotBeOpenedIsNotTakenForAbsent() {
    tree.link("block/dm-0/slaves", "slaves");
    tree.link("block/dm-0/size", "size");

    assertThatThrownBy(() -> tree.sysfs().list("block/dm-0/slaves"))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("block/dm-0/slaves is there and cannot be opened");
    assertThatThrownBy(() -> tree.sysfs().read("block/dm-0/size"))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("block/dm-0/size is there and cannot be opened");
  }

  @Test
  void whatComesRightAfterTheLookWasNotThere() {
    // An open does not find what these lead to, and the look at the names afterwards finds both.
    tree.link("block/dm-0/slaves", "gone");
    tree.link("block/dm-0/size", "gone");

    assertThat(tree.sysfs().list("block/dm-0/slaves")).isEmpty();
    assertThat(tree.sysfs().read("block/dm-0/size")).isEmpty();
  }

  @Test
  void namesAreListedInOrder() {
    tree.directory("block/sdb");
    tree.directory("block/dm-0");
    assertThat(tree.sysfs().list("block")).containsExactly("dm-0", "sdb");
  }

  @Test
  void aLinkGivesTheNameOfWhatItPointsTo() {
    tree.link("block/sdb/device", "../../../3:0:0:1");
    assertThat(tree.sysfs().linkName("block/sdb/device")).contains("3:0:0:1");
  }

  @Test
  void aWriteIsAChildProcessThatGetsValueAndPathAsArguments() {
    ScriptedCommands commands = new ScriptedCommands().on("/bin/sh", "-c").succeeds();
    new SysfsWriter(tree.sysfs(), commands).write("class/scsi_host/host3/scan", "0 0 5", SOON);
    assertThat(commands.ran())
        .containsExactly(
            Command.of(
                "/bin/sh",
                "-c",
                "printf '%s\\n' \"$1\" > \"$2\"",
                "sh",
                "0 0 5",
                root + "/class/scsi_host/host3/scan"));
  }

  @Test
  void aWholeLineIsWrittenSinceTheStateOfADiskIsTakenFromNothingLess() throws IOException {
    tree.attribute("class/scsi_device/3:0:0:1/device/state", "offline");
    new SysfsWriter(tree.sysfs(), new HostCommands())
        .write("class/scsi_device/3:0:0:1/device/state", "running", SOON);
    assertThat(Files.readString(root.resolve("class/scsi_device/3:0:0:1/device/state")))
        .isEqualTo("running\n");
  }

  @Test
  void aWriteThatTheKernelRefusesIsAFailureThatNamesBoth() {
    ScriptedCommands commands =
        new ScriptedCommands().on("/bin/sh").fails(1, "sh: 1: printf: I/O error");
    assertThatThrownBy(
            () -> new SysfsWriter(tree.sysfs(), commands).write("class/x/delete", "1", SOON))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("class/x/delete")
        .hasMessageContaining("I/O error");
  }
}
