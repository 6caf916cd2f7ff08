package io.mooring.node.scsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.node.linux.DeviceNumber;
import io.mooring.node.linux.Holder;
import io.mooring.node.linux.Holders;
import io.mooring.node.sample.Samples;
import io.mooring.node.sample.SysfsTree;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.ScriptedCommands;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SysfsDisksTest {
  private static final Hctl HCTL = Hctl.of(3, 1);
  private static final Wwid WWID = new Wwid("360014050123456789abcdef012345678");
  private static final Identity IDENTITY = new Identity(WWID, "0123456789abcdef0123456789abcdef");
  private static final String DEVICE = "class/scsi_device/3:0:0:1/device";

  @TempDir Path root;
  private SysfsTree tree;
  private final ScriptedCommands commands = new ScriptedCommands();
  private final List<Holder> users = new ArrayList<>();
  private SysfsDisks disks;

  @BeforeEach
  void plant() {
    tree = new SysfsTree(root);
    disks =
        new SysfsDisks(
            tree.sysfs(),
            commands,
            new Holders() {
              @Override
              public List<Holder> of(DeviceNumber device) {
                return users;
              }

              @Override
              public List<Holder> mountsOf(DeviceNumber device) {
                return List.of();
              }
            });
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofMillis(300));
  }

  private void kernelRemovesTheDiskWhenTold() {
    commands
        .on("a write of 1 to delete", argv -> argv.getLast().endsWith("3:0:0:1/device/delete"))
        .does(command -> {
          tree.remove("class/scsi_device/3:0:0:1");
          return new CommandResult(0, "", "");
        });
  }

  @Test
  void aDiskShowsWhatTheKernelLearnedOfIt() {
    tree.disk("3:0:0:1", "sdc", "8:32");
    tree.directory(DEVICE + "/block/sdc/holders/dm-0");
    ScsiDisk disk = disks.at(HCTL).orElseThrow();
    assertThat(disk.name()).isEqualTo("sdc");
    assertThat(disk.number()).isEqualTo(new DeviceNumber(8, 32));
    assertThat(disk.is(IDENTITY)).isTrue();
    assertThat(disk.sizeBytes()).isEqualTo(1L << 30);
    assertThat(disk.readOnly()).isFalse();
    assertThat(disk.state()).isEqualTo(DiskState.RUNNING);
    assertThat(disk.holders()).containsExactly("dm-0");
  }

  @Test
  void commandsUnderWayAreReadsAndWrites() {
    assertThat(disks.inFlight(HCTL)).isZero();
    tree.disk("3:0:0:1", "sdc", "8:32");
    tree.attribute(DEVICE + "/block/sdc/inflight", "       2        3");
    assertThat(disks.inFlight(HCTL)).isEqualTo(5);
    tree.attribute(DEVICE + "/block/sdc/inflight", "?");
    assertThat(disks.inFlight(HCTL)).isPositive();
  }

  @Test
  void aDiskWithoutItsIdentityPageHasNoIdentity() {
    tree.disk("3:0:0:1", "sdc", "8:32");
    tree.remove(DEVICE + "/vpd_pg83");
    assertThat(disks.at(HCTL).orElseThrow().identity()).isEmpty();
  }

  @Test
  void aDeviceWithoutBlockDeviceExistsButIsNoDiskYet() {
    tree.attribute(DEVICE + "/state", "running");
    assertThat(disks.at(HCTL)).isEmpty();
    assertThat(disks.exists(HCTL)).isTrue();
  }

  @Test
  void onlyTheDisksOfThatHostAreListedByTheirLuns() {
    tree.disk("3:0:0:10", "sdd", "8:48");
    tree.disk("3:0:0:2", "sde", "8:64");
    tree.disk("33:0:0:1", "sdf", "8:80");
    assertThat(disks.onHost(3)).extracting(disk -> disk.hctl().lun()).containsExactly(2, 10);
  }

  @Test
  void aDiskThatIsSetRunningIsBelievedWhenTheKernelSaysSo() {
    tree.disk("3:0:0:1", "sdc", "8:32");
    tree.attribute(DEVICE + "/state", "offline");
    commands
        .on("a write of running", argv -> argv.getLast().endsWith("3:0:0:1/device/state"))
        .does(command -> {
          assertThat(command.argv()).contains("running");
          tree.attribute(DEVICE + "/state", "running");
          return new CommandResult(0, "", "");
        });
    disks.setRunning(HCTL, soon());
    assertThat(disks.at(HCTL).orElseThrow().state()).isEqualTo(DiskState.RUNNING);
  }

  @Test
  void aDiskThatStaysOfflineIsAFailure() {
    tree.disk("3:0:0:1", "sdc", "8:32");
    tree.attribute(DEVICE + "/state", "offline");
    commands.on("/bin/sh").succeeds();
    assertThatThrownBy(() -> disks.setRunning(HCTL, soon()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("3:0:0:1");
  }

  @Test
  void aDiskIsAnnouncedByItsBlockDevice() {
    tree.disk("3:0:0:1", "sdc", "8:32");
    commands.on("/bin/sh").succeeds();
    disks.announce(HCTL, soon());
    assertThat(commands.ran().getFirst().argv())
        .contains("add")
        .endsWith(tree.path("block/sdc/uevent").toString());
  }

  @Test
  void ourLunsAreKnownByTheirVendorAndProduct() {
    tree.disk("3:0:0:1", "sdc", "8:32");
    assertThat(disks.isMoorings(HCTL)).isFalse();
    tree.attribute(DEVICE + "/vendor", "LIO-ORG ");
    tree.attribute(DEVICE + "/model", "mooring         ");
    assertThat(disks.isMoorings(HCTL)).isTrue();
    tree.attribute(DEVICE + "/model", "theirs          ");
    assertThat(disks.isMoorings(HCTL)).isFalse();
  }

  @Test
  void aScanIsForOneLunOnly() {
    commands.on("/bin/sh").succeeds();
    disks.scan(3, 5, soon());
    assertThat(commands.ran().getFirst().argv())
        .endsWith("0 0 5", root + "/class/scsi_host/host3/scan");
  }

  @Test
  void aDeletedDiskIsProvenGone() {
    tree.disk("3:0:0:1", "sdc", "8:32");
    kernelRemovesTheDiskWhenTold();
    disks.delete(HCTL, WWID, soon());
    assertThat(disks.exists(HCTL)).isFalse();
  }

  @Test
  void aDiskThatDoesNotGoIsAFailureAndNotASuccess() {
    tree.disk("3:0:0:1", "sdc", "8:32");
    commands.on("/bin/sh").succeeds();
    assertThatThrownBy(() -> disks.delete(HCTL, WWID, soon()))
        .isInstanceOf(Failure.class)
        .extracting("kind")
        .isEqualTo(Kind.DEADLINE_EXCEEDED);
  }

  @Test
  void deletingWhatIsNotThereDoesNothing() {
    disks.delete(HCTL, WWID, soon());
    assertThat(commands.ran()).isEmpty();
  }

  @Test
  void anotherVolumesDiskIsLeftAlone() {
    tree.disk("3:0:0:1", "sdc", "8:32");
    tree.attribute(DEVICE + "/wwid", "naa.6001405ffffffffffffffffffffffff9");
    assertThatThrownBy(() -> disks.delete(HCTL, WWID, soon()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("left alone");
    assertThat(commands.ran()).isEmpty();
  }

  @Test
  void aDeviceThatHasNoBlockDeviceYetIsNotDeletedUnknown() {
    tree.attribute(DEVICE + "/state", "running");
    assertThatThrownBy(() -> disks.delete(HCTL, WWID, soon()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("without an identity");
    assertThat(commands.ran()).isEmpty();
  }

  @Test
  void aDiskInAMapIsLeftAlone() {
    tree.disk("3:0:0:1", "sdc", "8:32");
    tree.directory(DEVICE + "/block/sdc/holders/dm-0");
    assertThatThrownBy(() -> disks.delete(HCTL, WWID, soon()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("dm-0");
    assertThat(commands.ran()).isEmpty();
  }

  @Test
  void aBlockedDiskIsWaitedForAndNotWrittenTo() {
    tree.disk("3:0:0:1", "sdc", "8:32");
    tree.attribute(DEVICE + "/state", "blocked");
    assertThatThrownBy(() -> disks.delete(HCTL, WWID, soon()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("recovery time");
    assertThat(commands.ran()).isEmpty();
  }

  @Test
  void aPurgeRefusesADiskThatSomebodyHasOpen() {
    tree.disk("3:0:0:1", "sdc", "8:32");
    users.add(new Holder(815, "dd", "has it open"));
    assertThatThrownBy(() -> disks.purge(HCTL, soon()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("dd (pid 815) has it open");
    assertThat(commands.ran()).isEmpty();
  }

  @Test
  void aPurgeDoesNotMindMultipathdWhichKeepsEveryPathOpen() {
    tree.disk("3:0:0:1", "sdc", "8:32");
    users.add(new Holder(184, "multipathd", "has it open"));
    kernelRemovesTheDiskWhenTold();
    disks.purge(HCTL, soon());
    assertThat(disks.exists(HCTL)).isFalse();
  }

  @Test
  void theLiveIdentityComesFromTheDiskAndNotFromTheKernelsCache() {
    tree.disk("3:0:0:1", "sdc", "8:32");
    tree.attribute(DEVICE + "/wwid", "naa.6001405ffffffffffffffffffffffff9");
    commands
        .on("page 0x83", argv -> argv.contains("--page=131"))
        .prints(Samples.text("scsi/sg_inq-83.txt"));
    commands
        .on("page 0x80", argv -> argv.contains("--page=128"))
        .prints(Samples.text("scsi/sg_inq-80.txt"));
    assertThat(disks.liveIdentity(HCTL, soon())).isEqualTo(IDENTITY);
    assertThat(commands.ran("sg_inq"))
        .extracting(Command::argv)
        .allMatch(a -> a.contains("/dev/sdc"));
  }

  @Test
  void aPingIsAQuestionToTheDiskAndNobodyMindsWhatItSays() {
    tree.disk("3:0:0:1", "sdc", "8:32");
    commands.on("sg_inq").fails(5, "sg_inq failed: Illegal request");
    disks.ping(HCTL, soon());
    assertThat(commands.ran("sg_inq"))
        .extracting(Command::argv)
        .singleElement(InstanceOfAssertFactories.LIST)
        .contains("/dev/sdc");
  }

  @Test
  void aDiskThatDoesNotAnswerHasNoIdentityRatherThanAnOldOne() {
    tree.disk("3:0:0:1", "sdc", "8:32");
    commands.on("sg_inq").fails(5, "sg_inq: error opening file: /dev/sdc: No such device");
    assertThatThrownBy(() -> disks.liveIdentity(HCTL, soon()))
        .isInstanceOf(Failure.class)
        .extracting("kind")
        .isEqualTo(Kind.UNAVAILABLE);
    assertThat(disks.isUnmapped(HCTL, soon())).isFalse();
  }

  @Test
  void aLunThatTheTargetDoesNotMapIsToldByItsRefusal() {
    tree.disk("3:0:0:1", "sdc", "8:32");
    commands
        .on("sg_inq")
        .fails(
            5,
            "inquiry: field in cdb illegal (page not supported)\nsg_inq failed: Illegal request\n");
    assertThat(disks.isUnmapped(HCTL, soon())).isTrue();
  }

  @Test
  void aDiskThatIsReplacedDuringTheQuestionIsAskedAgain() {
    tree.disk("3:0:0:1", "sdc", "8:32");
    commands
        .on("sg_inq")
        .does(command -> {
          boolean serial = command.argv().contains("--page=128");
          if (serial) {
            tree.remove("class/scsi_device/3:0:0:1");
            tree.remove("block/sdc");
            tree.disk("3:0:0:1", "sdh", "8:112");
          }
          return new CommandResult(
              0, Samples.text(serial ? "scsi/sg_inq-80.txt" : "scsi/sg_inq-83.txt"), "");
        });
    assertThatThrownBy(() -> disks.liveIdentity(HCTL, soon()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("replaced");
  }
}
