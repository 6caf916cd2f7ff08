package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.csi.v1.ListVolumesResponse;
import io.mooring.csi.v1.Snapshot;
import io.mooring.csi.v1.Volume;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.ControllerClient;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.ForeignDisk;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.lab.tool.Progress;
import io.mooring.e2e.load.Content;
import io.mooring.e2e.load.SteadyWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A storage host loses its power and its system disk under pods, gets a new system, and the agent
 * is installed anew as docs/operations.md says.
 */
@ExtendWith(MooringExtension.class)
class RebuiltHostIT {
  private static final Duration WRITING = Duration.ofSeconds(40);
  private static final Progress PROGRESS = Progress.toStandardOutput();

  private final Mooring mooring;
  private final ControllerClient controller;
  private final NodeHost first;
  private final NodeHost second;
  private final NewSystem host;
  private final Secrets secrets;
  private final Secrets.Pair pair;

  RebuiltHostIT(Mooring mooring) {
    this.mooring = mooring;
    this.controller = mooring.controller();
    this.first = mooring.node1();
    this.second = mooring.node2();
    this.host = new NewSystem(mooring.agent());
    this.secrets = new Secrets(mooring, second);
    this.pair = secrets.fresh();
  }

  @BeforeEach
  void secondNodeHasSecrets() {
    secrets.begin(pair);
  }

  @AfterEach
  void end() {
    host.end();
    Calls.untilOk(controller::list);
    secrets.end();
  }

  @Tag("long")
  @Test
  void everyVolumeIsServedAgainUnderItsIdentityAndPodsGoOn() {
    Inventory before = mooring.inventory();
    Attachment written =
        mooring.provision(VolumeSpec.of("rebuilt", AgentHost.THIN, VolumeKind.EXT4), first);
    Attachment file =
        mooring.provision(VolumeSpec.of("rebuilt-file", AgentHost.FILE, VolumeKind.XFS), first);
    Attachment secret = encryptedOnSecondNode();
    Content onFile = Content.write(first.vm(), file);
    Content onSecret = Content.write(second.vm(), secret);
    VolumeSpec spec = VolumeSpec.of("rebuilt-idle", AgentHost.THIN, VolumeKind.XFS);
    Attachment idle = mooring.provision(spec, first);
    Content onIdle = Content.write(first.vm(), idle);
    mooring.detach(idle, first);
    Snapshot snapshot = controller.snapshot("rebuilt", idle.volume().getVolumeId());
    SteadyWriter.prepare(first.vm(), written, WRITING);
    List<String> sizes = sizes(written, file, secret);
    ListVolumesResponse volumes = controller.list();
    Inventory then = mooring.inventory();
    SteadyWriter writer = SteadyWriter.start(first.vm(), written, WRITING);

    long began = System.nanoTime();
    mooring.lab().loseSystem(mooring.agent().vm());
    assertThat(host.knowsNothing()).isTrue();
    rebuild();
    assertThat(storageOf(mooring.inventory())).isEqualTo(storageOf(then));
    assertThat(controller.list()).isEqualTo(volumes);
    assertThat(secrets.demanded(secret)).as("before anybody gets in").isEqualTo("1 1");
    host.letNodesIn();
    Paths.awaitReady(first, written, 2);
    PROGRESS.say(
        "  served again after %d s".formatted((System.nanoTime() - began) / 1_000_000_000));
    Paths.awaitReady(first, file, 2);
    Paths.awaitReady(second, secret, 2);

    SteadyWriter.Report report = writer.finish();
    PROGRESS.say("  longest stall %d s".formatted(report.longestStall().toSeconds()));
    assertThat(report.errors()).isZero();
    writer.verify();
    assertThat(first.vm().shell().check("grep -F ' " + written.targetPath() + " ' /proc/mounts"))
        .contains(" rw,");
    assertThat(Content.read(first.vm(), file)).isEqualTo(onFile);
    assertThat(Content.read(second.vm(), secret)).isEqualTo(onSecret);
    assertThat(sizes(written, file, secret)).isEqualTo(sizes);
    Served.assertAsBefore(mooring, written, first);
    Served.assertAsBefore(mooring, file, first);
    Served.assertAsBefore(mooring, secret, second);
    assertThat(controller.snapshots(idle.volume().getVolumeId())).containsExactly(snapshot);

    Attachment again = mooring.attach(idle.volume(), idle.kind(), first);
    assertThat(again.wwid()).isEqualTo(idle.wwid());
    assertThat(Content.read(first.vm(), again)).isEqualTo(onIdle);
    Volume copied =
        controller.createFrom(
            VolumeSpec.of("rebuilt-copy", AgentHost.THIN, VolumeKind.XFS), snapshot);
    Attachment further = mooring.attach(copied, VolumeKind.XFS, first);
    assertThat(Content.read(first.vm(), further)).isEqualTo(onIdle);

    for (Attachment attachment : List.of(written, file, again, further)) {
      mooring.remove(attachment, first);
    }
    mooring.remove(secret, second);
    controller.deleteSnapshot(snapshot.getSnapshotId());
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  private Attachment encryptedOnSecondNode() {
    Encrypted encrypted = new Encrypted(mooring, second);
    VolumeSpec spec = VolumeSpec.of("rebuilt-secret", AgentHost.THIN, VolumeKind.BLOCK);
    Volume volume = encrypted.create(Encrypted.request(spec));
    return encrypted.attach(volume, spec.kind(), Encrypted.OLD);
  }

  private void rebuild() {
    host.keepNodesOut();
    // Whose target it is puts it back while nobody can look for it in vain.
    ForeignDisk.install(mooring.agent().vm(), first.vm());
    host.activate();
    host.mount();
    host.install();
    Calls.untilOk(controller::list);
    secrets.awaitTarget(pair);
    assertThat(host.served()).isEqualTo(host.recorded());
  }

  private List<String> sizes(Attachment... attachments) {
    return List.of(attachments).stream()
        .map(attachment ->
            (attachment.kind() == VolumeKind.BLOCK ? second : first)
                .vm()
                .shell()
                .check("blockdev --getsize64 /dev/mapper/" + attachment.wwid()))
        .toList();
  }

  private Iterable<String> storageOf(Inventory inventory) {
    return inventory.of(mooring.agent().vm().name(), "");
  }
}
