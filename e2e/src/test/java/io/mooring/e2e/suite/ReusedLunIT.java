package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.mooring.csi.v1.Volume;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.load.Content;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * LUN numbers that are used again without any time in between, on a node that has but one number to
 * use: what keeps them apart is the node's word alone.
 */
@Tag("long")
@ExtendWith(MooringExtension.class)
class ReusedLunIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration SEVERAL_QUESTIONS = Duration.ofSeconds(35);
  private static final Poll POLL = new Poll(Duration.ofMillis(500), Duration.ofSeconds(2));

  private final Mooring mooring;
  private final NodeHost node;
  private Inventory before;
  private String occupied = "";

  ReusedLunIT(Mooring mooring) {
    this.mooring = mooring;
    this.node = mooring.node1();
  }

  @BeforeEach
  void takeTheTimeAway() {
    before = mooring.inventory();
    quarantine(0);
  }

  @AfterEach
  void giveItBack() {
    if (!occupied.isEmpty()) {
      onStorageHost("cd %s && rmdir $(cat /run/occupied)".formatted(occupied));
    }
    quarantine(AgentHost.QUARANTINE_SECONDS);
  }

  private void quarantine(int seconds) {
    mooring.agent().unit().environment("MOORING_LUN_QUARANTINE=" + seconds + "s");
    mooring.restartAgent();
  }

  private void onStorageHost(String command) {
    mooring.agent().vm().shell().check(command);
  }

  /** Leaves the node's target no other number than that of the attachment. */
  private void leaveOnlyTheNumberOf(Attachment attachment) {
    String luns = "/sys/kernel/config/target/iscsi/%s/tpgt_1/lun".formatted(attachment.iqn());
    onStorageHost(
        """
        set -e
        cd %s
        : > /run/occupied
        for i in $(seq 1 255); do
          if [ ! -e lun_$i ]; then mkdir lun_$i; echo lun_$i >> /run/occupied; fi
        done
        """
            .formatted(luns));
    occupied = luns;
  }

  /** From then on the host waits for the node's word. */
  private void awaitThatTheNodeIsAsked(Attachment attachment) {
    String document =
        "/var/lib/mooring-agent/nodes/%s.json"
            .formatted(attachment.iqn().substring(attachment.iqn().lastIndexOf('.') + 1));
    String asked = "grep -q '\"answers\": true' " + document;
    assertThat(
            POLL.until(
                Deadline.after(PATIENCE),
                () -> mooring.agent().vm().shell().run(asked).succeeded()))
        .as("the host knows that the node answers")
        .isTrue();
  }

  private Volume create(String name) {
    return mooring.controller().create(VolumeSpec.of(name, AgentHost.THIN, VolumeKind.BLOCK));
  }

  private Status publish(Volume volume) {
    return Calls.status(() -> mooring.publish(volume, VolumeKind.BLOCK, node));
  }

  /** As the attacher does: again, while there is no number. */
  private Attachment attachWhenThereIsANumber(Volume volume) {
    assertThat(POLL.until(Deadline.after(PATIENCE), () -> publish(volume).isOk()))
        .as("a number for " + volume.getVolumeId())
        .isTrue();
    return mooring.attach(volume, VolumeKind.BLOCK, node);
  }

  @Test
  void aNumberAtWhichADiskIsLeftIsNotGivenAway() {
    Attachment old =
        mooring.provision(VolumeSpec.of("reuse-old", AgentHost.THIN, VolumeKind.BLOCK), node);
    Content ofOld = Content.write(node.vm(), old);
    leaveOnlyTheNumberOf(old);
    awaitThatTheNodeIsAsked(old);
    // What a lost node plugin leaves, in somebody's hands so that nobody can clean it.
    node.client().unpublish(old);
    node.unit().stop();
    node.vm().shell().check("rm -f /var/lib/mooring-node/volumes/*");
    node.vm()
        .shell()
        .check(
            "setsid sh -c 'exec 9< /dev/mapper/%s; echo $$ > /run/holder; exec sleep 10000' > /dev/null 2>&1 < /dev/null &"
                .formatted(old.wwid()));
    mooring.controller().unpublish(old.volume().getVolumeId(), node.nodeId());
    Volume fresh = create("reuse-fresh");

    assertThat(publish(fresh).getCode())
        .as("nobody can be asked")
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    node.unit().start();
    node.awaitReady();
    assertThat(POLL.until(Deadline.after(SEVERAL_QUESTIONS), () -> publish(fresh).isOk()))
        .as("a number at which the node has a disk is given away")
        .isFalse();
    assertThat(publish(fresh).getDescription()).contains("no device there any more");

    node.vm()
        .shell()
        .check(
            """
            disks=$(ls /sys/block/$(basename $(readlink -f /dev/mapper/%1$s))/slaves)
            kill $(cat /run/holder)
            for i in $(seq 1 30); do multipath -f %1$s && break; sleep 1; done
            for disk in $disks; do echo 1 > /sys/block/$disk/device/delete; done
            test ! -e /dev/mapper/%1$s
            """
                .formatted(old.wwid()));
    Attachment reused = attachWhenThereIsANumber(fresh);
    assertThat(reused.lun()).isEqualTo(old.lun());
    Content ofFresh = Content.write(node.vm(), reused);
    assertThat(Content.read(node.vm(), reused)).isEqualTo(ofFresh);
    mooring.remove(reused, node);

    Attachment again = attachWhenThereIsANumber(old.volume());
    assertThat(Content.read(node.vm(), again)).isEqualTo(ofOld).isNotEqualTo(ofFresh);
    mooring.remove(again, node);
    assertThat(Leftovers.since(before, mooring)).filteredOn(this::isNotOccupied).isEmpty();
  }

  /** Its documents still speak of the volume; its kernel has nothing any more. */
  @Test
  void aNodeThatHasLostItsPowerGivesTheNumberBackWithItsNextBoot() {
    Attachment old =
        mooring.provision(VolumeSpec.of("boot-old", AgentHost.THIN, VolumeKind.BLOCK), node);
    Content ofOld = Content.write(node.vm(), old);
    leaveOnlyTheNumberOf(old);
    awaitThatTheNodeIsAsked(old);
    node.unit().stop();
    mooring.controller().unpublish(old.volume().getVolumeId(), node.nodeId());
    Volume fresh = create("boot-fresh");
    assertThat(publish(fresh).getCode())
        .as("nobody can be asked")
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);

    mooring.lab().powerCut(node.vm());
    node.awaitReady();

    Attachment reused = attachWhenThereIsANumber(fresh);
    assertThat(reused.lun()).isEqualTo(old.lun());
    Content ofFresh = Content.write(node.vm(), reused);
    mooring.remove(reused, node);
    node.client().unpublish(old);
    node.client().unstage(old);
    Attachment again = attachWhenThereIsANumber(old.volume());
    assertThat(Content.read(node.vm(), again)).isEqualTo(ofOld).isNotEqualTo(ofFresh);
    mooring.remove(again, node);
    assertThat(Leftovers.since(before, mooring)).filteredOn(this::isNotOccupied).isEmpty();
  }

  @Test
  void theOnlyNumberGoesFromVolumeToVolumeAndEachFindsItsOwnDisk() {
    List<Volume> volumes = new ArrayList<>();
    List<Content> contents = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Volume volume = create("reuse-" + i);
      Attachment attachment = mooring.attach(volume, VolumeKind.BLOCK, node);
      contents.add(Content.write(node.vm(), attachment));
      volumes.add(volume);
      if (i == 2) {
        leaveOnlyTheNumberOf(attachment);
        awaitThatTheNodeIsAsked(attachment);
      }
      mooring.detach(attachment, node);
    }
    for (int round = 0; round < 4; round++) {
      if (round == 2) {
        node.unit().restart();
        node.awaitReady();
      }
      for (int i = 0; i < 3; i++) {
        Attachment attachment = attachWhenThereIsANumber(volumes.get(i));
        assertThat(Content.read(node.vm(), attachment))
            .as("round " + round)
            .isEqualTo(contents.get(i));
        contents.set(i, Content.write(node.vm(), attachment));
        mooring.detach(attachment, node);
      }
    }
    volumes.forEach(volume -> mooring.controller().delete(volume.getVolumeId()));
    assertThat(Leftovers.since(before, mooring)).filteredOn(this::isNotOccupied).isEmpty();
  }

  /** What the test itself has made, and takes away afterwards. */
  private boolean isNotOccupied(String thing) {
    return occupied.isEmpty() || !thing.contains("/lun/lun_");
  }
}
