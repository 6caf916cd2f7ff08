package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.mooring.csi.v1.NodePublishVolumeRequest;
import io.mooring.csi.v1.NodeUnpublishVolumeRequest;
import io.mooring.csi.v1.VolumeCapability;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.NodeClient;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.lab.Lab;
import io.mooring.e2e.lab.qemu.StoragePath;
import io.mooring.e2e.load.Content;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** File systems as pods meet them: their options, their damage, their dead devices. */
@Tag("long")
@ExtendWith(MooringExtension.class)
class MountIT {
  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final Duration NOTICED = Duration.ofMinutes(1);
  private static final Poll LOOK = new Poll(Duration.ofMillis(500), Duration.ofSeconds(1));

  private final Mooring mooring;
  private final Lab lab;
  private final NodeHost node;
  private Inventory before;

  MountIT(Mooring mooring) {
    this.mooring = mooring;
    this.lab = mooring.lab();
    this.node = mooring.node1();
  }

  @BeforeEach
  void lookFirst() {
    before = mooring.inventory();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  private String run(String script) {
    return node.vm().shell().check(script);
  }

  private static VolumeCapability with(List<String> options) {
    VolumeCapability.Builder capability = VolumeKind.EXT4.capability().toBuilder();
    capability.getMountBuilder().addAllMountFlags(options);
    return capability.build();
  }

  @Test
  void theMountOptionsOfAStorageClassAreInForce() {
    VolumeSpec spec = VolumeSpec.of("options", AgentHost.THIN, VolumeKind.EXT4);
    Attachment attachment =
        mooring.publish(mooring.controller().create(spec), VolumeKind.EXT4, node);
    VolumeCapability capability = with(List.of("noatime", "commit=17", "discard"));
    node.client()
        .stub()
        .nodeStageVolume(
            NodeClient.stageRequest(attachment).toBuilder()
                .setVolumeCapability(capability)
                .build());
    node.client()
        .stub()
        .nodePublishVolume(
            NodeClient.publishRequest(attachment).toBuilder()
                .setVolumeCapability(capability)
                .build());
    assertThat(run("findmnt -n -o OPTIONS " + attachment.targetPath()))
        .contains("noatime", "commit=17", "discard");
    mooring.remove(attachment, node);
  }

  @Test
  void aMountOptionThatTheKernelDoesNotKnowIsRefusedByName() {
    VolumeSpec spec = VolumeSpec.of("unknown", AgentHost.THIN, VolumeKind.EXT4);
    Attachment attachment =
        mooring.publish(mooring.controller().create(spec), VolumeKind.EXT4, node);
    StatusRuntimeException refusal =
        refused(() ->
            node.client()
                .stub()
                .nodeStageVolume(
                    NodeClient.stageRequest(attachment).toBuilder()
                        .setVolumeCapability(with(List.of("nosuchoption")))
                        .build()));
    assertThat(refusal).hasMessageContaining("nosuchoption");
    assertThat(run("findmnt -n " + attachment.stagingPath() + "; true")).isEmpty();
    mooring.remove(attachment, node);
  }

  private static StatusRuntimeException refused(Runnable call) {
    return catchThrowableOfType(StatusRuntimeException.class, call::run);
  }

  @Test
  void aPodThatMayOnlyReadCannotWriteWhileAnotherGoesOnWriting() {
    Attachment attachment =
        mooring.provision(VolumeSpec.of("read-only", AgentHost.THIN, VolumeKind.EXT4), node);
    Content written = Content.write(node.vm(), attachment);
    String target = attachment.targetPath() + "-reader";
    NodePublishVolumeRequest request =
        NodeClient.publishRequest(attachment).toBuilder()
            .setTargetPath(target)
            .setReadonly(true)
            .build();
    node.client().stub().nodePublishVolume(request);
    node.client().stub().nodePublishVolume(request);

    assertThat(node.vm().shell().run("touch %s/new 2>&1".formatted(target)).succeeded()).isFalse();
    assertThat(run("sha256sum < %s/content".formatted(target))).startsWith(written.sha256());
    assertThat(Content.read(node.vm(), attachment)).isEqualTo(written);
    run("touch %s/new".formatted(attachment.targetPath()));

    node.client()
        .stub()
        .nodeUnpublishVolume(
            NodeUnpublishVolumeRequest.newBuilder()
                .setVolumeId(attachment.volume().getVolumeId())
                .setTargetPath(target)
                .build());
    mooring.remove(attachment, node);
  }

  @Test
  void smallDamageIsMendedBeforeTheMountAndGreatDamageIsRefused() {
    Attachment attachment =
        mooring.provision(VolumeSpec.of("damaged", AgentHost.THIN, VolumeKind.EXT4), node);
    Content written = Content.write(node.vm(), attachment);
    mooring.detach(attachment, node);

    damage(attachment, "set_super_value free_blocks_count 7", "set_super_value state 2");
    Attachment again = mooring.attach(attachment.volume(), attachment.kind(), node);
    assertThat(Content.read(node.vm(), again)).isEqualTo(written);
    assertThat(run("dumpe2fs -h /dev/mapper/%s 2>&1".formatted(again.wwid())))
        .containsPattern("Filesystem state: +clean\n");
    mooring.detach(again, node);

    damage(attachment, "clri <2>", "set_super_value state 2");
    Attachment broken = mooring.publish(attachment.volume(), attachment.kind(), node);
    StatusRuntimeException refusal = refused(() -> node.client().stage(broken));
    assertThat(refusal).hasMessageContaining("run fsck.ext4 on it by hand");
    assertThat(refusal.getStatus().getCode()).isEqualTo(Code.UNAVAILABLE);
    assertThat(run("findmnt -n -S /dev/mapper/%s; true".formatted(broken.wwid()))).isEmpty();
    run("e2fsck -fy /dev/mapper/%s > /dev/null; [ $? -lt 4 ]".formatted(broken.wwid()));
    node.client().stage(broken);
    mooring.remove(broken, node);
  }

  /** By debugfs, where the volume lies. */
  private void damage(Attachment attachment, String... requests) {
    for (String request : requests) {
      mooring
          .agent()
          .vm()
          .shell()
          .check(
              "lvchange -ay mooring/mooring-%2$s && debugfs -w -R '%1$s' /dev/mooring/mooring-%2$s && sync"
                  .formatted(request, attachment.serial()));
    }
  }

  @Test
  void statisticsNeverHangOnADeadDevice() {
    Attachment attachment =
        mooring.provision(VolumeSpec.of("dead", AgentHost.THIN, VolumeKind.EXT4), node);
    Paths.awaitReady(node, attachment, 2);
    assertThat(node.client().stats(attachment).getUsageList()).isNotEmpty();
    try {
      for (StoragePath path : StoragePath.values()) {
        lab.pullCable(node.vm().number(), path);
      }
      assertThat(LOOK.until(Deadline.after(NOTICED), () -> isUnavailable(attachment)))
          .as("the dead device is told")
          .isTrue();
    } finally {
      lab.heal();
    }
    // multipathd may not have noticed that they were away.
    assertThat(LOOK.until(Deadline.after(NOTICED), () -> answers(attachment)))
        .as("statistics are back with the paths")
        .isTrue();
    Paths.awaitReady(node, attachment, 2);
    mooring.remove(attachment, node);
  }

  private boolean answers(Attachment attachment) {
    return refused(() -> node.client().stats(attachment)) == null;
  }

  private boolean isUnavailable(Attachment attachment) {
    long asked = System.nanoTime();
    StatusRuntimeException refusal = refused(() -> node.client().stats(attachment));
    assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(ANSWER);
    return refusal != null && refusal.getStatus().getCode() == Code.UNAVAILABLE;
  }
}
