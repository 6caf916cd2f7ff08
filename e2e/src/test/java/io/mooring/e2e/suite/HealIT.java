package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Devices;
import io.mooring.e2e.deployment.ForeignDisk;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.load.Content;
import io.mooring.e2e.load.SteadyWriter;
import io.mooring.runtime.time.Ticker;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What somebody spoils under a volume in use is put right, and what is not Mooring's is left. */
@Tag("long")
@ExtendWith(MooringExtension.class)
class HealIT {
  /** The healer has looked for certain. */
  private static final Duration A_LOOK = Duration.ofSeconds(75);

  private final SuiteFixture suite;
  private final Mooring mooring;
  private final NodeHost node;
  private final Healing healing;

  HealIT(SuiteFixture suite) {
    this.suite = suite;
    this.mooring = suite.mooring();
    this.node = mooring.node1();
    this.healing = new Healing(mooring, node);
  }

  @Test
  void aDiskSetOfflineAWrongRecoveryTimeAndALostRecordAreHealedUnderAWriter() {
    Inventory before = mooring.inventory();
    Attachment attachment =
        mooring.provision(VolumeSpec.of("heal", AgentHost.THIN, VolumeKind.EXT4), node);
    Paths.awaitReady(node, attachment, 2);
    Devices devices = new Devices(node.vm(), attachment.wwid());
    String disk = devices.disks().getFirst();
    SteadyWriter writer = SteadyWriter.start(node.vm(), attachment, Duration.ofSeconds(60));

    devices.setState(disk, "offline");
    healing.await("the disk runs", () -> devices.state(disk).equals("running"));
    Paths.awaitReady(node, attachment, 2);

    devices.setRecoveryTime(disk, "120");
    healing.await("the recovery time is put back", () -> devices.recoveryTime(disk).equals("5"));

    String record =
        node.vm()
            .shell()
            .check(
                "ls -d /{etc,var/lib}/iscsi/nodes/%s/*/mooring 2>/dev/null | head -n 1; true"
                    .formatted(attachment.iqn()))
            .strip();
    assertThat(record).isNotEmpty();
    node.vm().shell().check("rm " + record);
    healing.await(
        "the record is written",
        () -> node.vm().shell().run("grep -q 'END RECORD' " + record).succeeded());
    assertThat(node.vm().shell().check("cat " + record))
        .contains("node.session.scan = manual", "node.session.timeo.replacement_timeout = 5");

    healing.endUnharmed(writer, attachment, before);
  }

  @Test
  void aMapThatSomebodyHasSuspendedIsResumedUnderAWriter() {
    Inventory before = mooring.inventory();
    Attachment attachment =
        mooring.provision(VolumeSpec.of("suspended", AgentHost.THIN, VolumeKind.EXT4), node);
    Paths.awaitReady(node, attachment, 2);
    Devices devices = new Devices(node.vm(), attachment.wwid());
    SteadyWriter writer = SteadyWriter.start(node.vm(), attachment, Duration.ofSeconds(20));

    devices.suspend();
    assertThat(devices.isSuspended()).isTrue();
    healing.await("the map is resumed", () -> !devices.isSuspended());

    SteadyWriter.Report report = writer.finish();
    assertThat(report.errors()).isZero();
    assertThat(report.longestStall()).isLessThan(Healing.BOUND);
    writer.verify();
    Paths.awaitReady(node, attachment, 2);
    mooring.remove(attachment, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  @Test
  void devicesWithoutADocumentAreRemovedOnceNobodyHasThem() {
    Inventory before = mooring.inventory();
    Attachment used =
        mooring.provision(VolumeSpec.of("beside-orphan", AgentHost.THIN, VolumeKind.EXT4), node);
    Attachment lost =
        mooring.provision(VolumeSpec.of("orphan", AgentHost.THIN, VolumeKind.BLOCK), node);
    Content written = Content.write(node.vm(), lost);
    SteadyWriter writer = SteadyWriter.start(node.vm(), used, Duration.ofSeconds(60));
    forget(lost);

    Ticker.system().pause(A_LOOK);
    Devices devices = new Devices(node.vm(), lost.wwid());
    assertThat(devices.hasMap()).as("a pod has its device node").isTrue();
    assertThat(Content.read(node.vm(), lost)).isEqualTo(written);
    assertThat(node.unit().journal(200)).contains(lost.wwid()).contains("so it is left");

    node.client().unpublish(lost);
    // What has failed is tried again after five minutes at the most; a new process begins anew.
    node.unit().restart();
    node.awaitReady();
    healing.await("its map is gone", () -> !devices.hasMap());
    healing.await("its disks are gone", () -> devices.disks().isEmpty());

    assertThat(writer.finish().errors()).isZero();
    writer.verify();
    node.client().unstage(lost);
    mooring.controller().unpublish(lost.volume().getVolumeId(), node.nodeId());
    Attachment again = mooring.attach(lost.volume(), lost.kind(), node);
    assertThat(Content.read(node.vm(), again)).isEqualTo(written);
    mooring.remove(again, node);
    mooring.remove(used, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  /** The node plugin's document of the volume is lost, as with a damaged disk. */
  private void forget(Attachment attachment) {
    String volume = attachment.volume().getVolumeId();
    node.unit().stop();
    node.vm()
        .shell()
        .check(
            "grep -lF '%s' /var/lib/mooring-node/volumes/* | xargs rm"
                .formatted(volume.substring(volume.indexOf('/') + 1)));
    node.unit().start();
    node.awaitReady();
  }

  @Test
  void somebodyElsesDiskAndSessionAreLeftAsTheyAre() {
    String before = suite.foreign().view();
    Attachment attachment =
        mooring.provision(VolumeSpec.of("beside-foreign", AgentHost.THIN, VolumeKind.EXT4), node);
    Devices theirs = new Devices(node.vm(), ForeignDisk.WWID);
    String disk = theirs.disks().getFirst();
    String recovery = theirs.recoveryTime(disk);
    try {
      theirs.setRecoveryTime(disk, "77");
      theirs.setState(disk, "offline");
      // News of devices, so that the healer looks at once, too.
      new Devices(node.vm(), attachment.wwid())
          .disks()
          .forEach(own ->
              node.vm()
                  .shell()
                  .check("echo change > /sys/class/scsi_device/" + own + "/device/uevent"));
      Ticker.system().pause(A_LOOK);

      assertThat(theirs.state(disk)).isEqualTo("offline");
      assertThat(theirs.recoveryTime(disk)).isEqualTo("77");
    } finally {
      theirs.setState(disk, "running");
      theirs.setRecoveryTime(disk, recovery);
    }
    healing.await("their path is back", () -> suite.foreign().view().equals(before));
    mooring.remove(attachment, node);
  }
}
