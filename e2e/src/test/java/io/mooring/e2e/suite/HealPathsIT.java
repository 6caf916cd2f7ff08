package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Devices;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.lab.qemu.StoragePath;
import io.mooring.e2e.load.Content;
import io.mooring.e2e.load.SteadyWriter;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Paths that somebody takes away, or adds, come back, or go. */
@Tag("long")
@ExtendWith(MooringExtension.class)
class HealPathsIT {
  private final Mooring mooring;
  private final NodeHost node;
  private final Healing healing;

  HealPathsIT(Mooring mooring) {
    this.mooring = mooring;
    this.node = mooring.node1();
    this.healing = new Healing(mooring, node);
  }

  @AfterEach
  void theDaemonRuns() {
    node.vm().shell().check("systemctl start iscsid.socket iscsid");
  }

  @Test
  void aDiskThatSomebodyHasDeletedIsFoundAgainUnderAWriter() {
    Inventory before = mooring.inventory();
    Attachment attachment = provision("deleted", VolumeKind.EXT4);
    Devices devices = new Devices(node.vm(), attachment.wwid());
    SteadyWriter writer = SteadyWriter.start(node.vm(), attachment, Duration.ofSeconds(30));

    devices.delete(devices.disks().getFirst());
    assertThat(devices.disks()).hasSize(1);
    healing.await("two disks", () -> devices.disks().size() == 2);
    Paths.awaitReady(node, attachment, 2);

    healing.endUnharmed(writer, attachment, before);
  }

  @Test
  void aSessionThatSomebodyHasEndedIsMadeAgainUnderAWriter() {
    Inventory before = mooring.inventory();
    Attachment attachment = provision("ended", VolumeKind.EXT4);
    SteadyWriter writer = SteadyWriter.start(node.vm(), attachment, Duration.ofSeconds(30));

    node.vm()
        .shell()
        .check(
            "iscsiadm -m node -T %s -p %s --logout"
                .formatted(attachment.iqn(), StoragePath.A.portal()));
    Paths.awaitReady(node, attachment, 2);

    healing.endUnharmed(writer, attachment, before);
  }

  @Test
  void aDaemonThatSomebodyHasStoppedIsToldOfAndTheSessionComesBackWithIt() {
    Inventory before = mooring.inventory();
    Attachment attachment = provision("stopped", VolumeKind.EXT4);
    SteadyWriter writer = SteadyWriter.start(node.vm(), attachment, Duration.ofSeconds(90));
    node.vm().shell().check("systemctl stop iscsid.socket iscsid");

    mooring.lab().pullCable(node.vm().number(), StoragePath.A);
    Paths.awaitReady(node, attachment, 1);
    mooring.lab().plugCable(node.vm().number(), StoragePath.A);
    healing.await(
        "the plugin says what is missing",
        () -> node.unit().journal(100).contains("start iscsid.service on this host"));

    node.vm().shell().check("systemctl start iscsid.socket iscsid");
    Paths.awaitReady(node, attachment, 2);
    healing.endUnharmed(writer, attachment, before);
  }

  /** Nothing is written meanwhile: it would be in the other volume. */
  @Test
  void anotherVolumesDiskAmongThePathsIsTakenOut() {
    Inventory before = mooring.inventory();
    Attachment attachment = provision("wronged", VolumeKind.BLOCK);
    Attachment other = provision("alien", VolumeKind.BLOCK);
    Content written = Content.write(node.vm(), attachment);
    Content ofOther = Content.write(node.vm(), other);
    Devices devices = new Devices(node.vm(), attachment.wwid());
    Devices ofOthers = new Devices(node.vm(), other.wwid());
    String alien = ofOthers.disks().getFirst();

    devices.addPath(alien);
    assertThat(devices.slaves()).contains(alien);
    healing.await("it is out", () -> !devices.slaves().contains(alien));

    Paths.awaitReady(node, attachment, 2);
    Paths.awaitReady(node, other, 2);
    assertThat(devices.slaves()).isEqualTo(devices.disks());
    assertThat(ofOthers.slaves()).isEqualTo(ofOthers.disks());
    assertThat(Content.read(node.vm(), attachment)).isEqualTo(written);
    assertThat(Content.read(node.vm(), other)).isEqualTo(ofOther);
    mooring.remove(attachment, node);
    mooring.remove(other, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  private Attachment provision(String name, VolumeKind kind) {
    Attachment attachment =
        mooring.provision(VolumeSpec.of("paths-" + name, AgentHost.THIN, kind), node);
    Paths.awaitReady(node, attachment, 2);
    return attachment;
  }
}
