package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.lab.qemu.VirtualMachine;
import io.mooring.e2e.load.Content;
import io.mooring.e2e.load.SteadyWriter;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Hosts and daemons that go down and come back under a mounted volume. */
@ExtendWith(MooringExtension.class)
class RestartIT {
  private final Mooring mooring;

  RestartIT(Mooring mooring) {
    this.mooring = mooring;
  }

  @Tag("lab")
  @Test
  void daemonsAndPluginRestartUnderAWriterAsAPackageUpgradeDoesIt() {
    NodeHost node = mooring.node1();
    Inventory before = mooring.inventory();
    Attachment attachment =
        mooring.provision(VolumeSpec.of("upgrade", AgentHost.THIN, VolumeKind.EXT4), node);
    SteadyWriter writer = SteadyWriter.start(node.vm(), attachment, Duration.ofSeconds(30));

    node.vm().shell().check("systemctl restart multipathd");
    node.vm().shell().check("systemctl restart iscsid");
    node.unit().restart();
    mooring.agent().unit().restart();
    node.awaitReady();
    Paths.awaitReady(node, attachment, 2);

    assertThat(writer.finish().errors()).isZero();
    writer.verify();
    mooring.remove(attachment, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  @Tag("lab")
  @Test
  void aRebootOfTheStorageHostStallsTheWriterAndNothingElse() {
    NodeHost node = mooring.node1();
    Inventory before = mooring.inventory();
    Attachment thin =
        mooring.provision(VolumeSpec.of("reboot-thin", AgentHost.THIN, VolumeKind.EXT4), node);
    Attachment file =
        mooring.provision(VolumeSpec.of("reboot-file", AgentHost.FILE, VolumeKind.XFS), node);
    Content onFile = Content.write(node.vm(), file);
    SteadyWriter writer = SteadyWriter.start(node.vm(), thin, Duration.ofSeconds(20));

    mooring.lab().reboot(mooring.agent().vm());
    Paths.awaitReady(node, thin, 2);
    Paths.awaitReady(node, file, 2);

    assertThat(writer.finish().errors()).isZero();
    writer.verify();
    assertThat(node.vm().shell().check("grep -F ' " + thin.targetPath() + " ' /proc/mounts"))
        .contains(" rw,");
    assertThat(Content.read(node.vm(), file)).isEqualTo(onFile);
    Content.write(node.vm(), file);

    Calls.untilOk(() -> mooring.remove(thin, node));
    Calls.untilOk(() -> mooring.remove(file, node));
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  @Tag("long")
  @Test
  void aWorkerThatLostItsPowerGetsItsVolumeBackWithWhatWasSynced() {
    restart("power", machine -> mooring.lab().powerCut(machine));
  }

  @Tag("long")
  @Test
  void aRebootedWorkerGetsItsVolumeBackWithWhatWasSynced() {
    restart("reboot", machine -> mooring.lab().reboot(machine));
  }

  private void restart(String how, Consumer<VirtualMachine> restart) {
    NodeHost node = mooring.node2();
    Inventory before = mooring.inventory();
    Attachment attachment =
        mooring.provision(VolumeSpec.of("worker-" + how, AgentHost.THIN, VolumeKind.EXT4), node);
    Content written = Content.write(node.vm(), attachment);

    restart.accept(node.vm());
    node.awaitReady();
    assertThat(mooring.inventory().of(node.vm().name(), "path "))
        .as("nothing is attached before somebody asks")
        .isEmpty();

    node.client().stage(attachment);
    node.client().publish(attachment);
    assertThat(Content.read(node.vm(), attachment)).isEqualTo(written);
    mooring.remove(attachment, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  @Tag("long")
  @Test
  void anAgentThatLostItsRecordsRebuildsThemFromTheVolumes() {
    NodeHost node = mooring.node1();
    Inventory before = mooring.inventory();
    Attachment thin =
        mooring.provision(VolumeSpec.of("records-thin", AgentHost.THIN, VolumeKind.EXT4), node);
    Attachment file =
        mooring.provision(VolumeSpec.of("records-file", AgentHost.FILE, VolumeKind.EXT4), node);
    Content onThin = Content.write(node.vm(), thin);
    Content onFile = Content.write(node.vm(), file);

    mooring.agent().unit().stop();
    mooring.agent().vm().shell().check("rm -r /var/lib/mooring-agent");
    mooring.lab().reboot(mooring.agent().vm());
    Paths.awaitReady(node, thin, 2);
    Paths.awaitReady(node, file, 2);

    assertThat(Content.read(node.vm(), thin)).isEqualTo(onThin);
    assertThat(Content.read(node.vm(), file)).isEqualTo(onFile);
    Calls.untilOk(() -> mooring.controller().list());
    Served.assertAsBefore(mooring, thin, node);
    mooring.remove(thin, node);
    mooring.remove(file, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }
}
