package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.lab.qemu.StoragePath;
import io.mooring.e2e.load.Content;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A storage host was away for longer than I/O waits, so the kernel has stopped the file system that
 * a pod wrote to. The storage host is back.
 */
@Tag("long")
@ExtendWith(MooringExtension.class)
class StoppedFileSystemIT {
  private static final String STOPPED = "INACCESSIBLE FileSystemReadOnly";

  private final Mooring mooring;
  private final NodeHost node;
  private final Healing healing;

  StoppedFileSystemIT(Mooring mooring) {
    this.mooring = mooring;
    this.node = mooring.node1();
    this.healing = new Healing(mooring, node);
  }

  @AfterEach
  void nobodyDiesAndEveryCableIsIn() {
    mooring.disarm();
    mooring.lab().heal();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BLOCK")
  void theNextPodGetsItCheckedAndMountedAnew(VolumeKind kind) {
    Inventory before = mooring.inventory();
    Attachment attachment = provision("stopped-" + kind, kind);
    Content written = Content.write(node.vm(), attachment);
    stopFileSystem(attachment);
    Attachment next = nextPod(attachment);

    Status refusal = Calls.status(() -> node.client().publish(next));
    assertThat(refusal.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(refusal.getDescription()).contains(attachment.targetPath(), "delete the pods");
    node.client().unpublish(attachment);
    Calls.untilOk(() -> node.client().publish(next));

    assertThat(Findings.of(node, next)).isEmpty();
    assertThat(Content.read(node.vm(), next)).isEqualTo(written);
    Content more = Content.write(node.vm(), next);
    assertThat(Content.read(node.vm(), next)).isEqualTo(more);
    mooring.remove(next, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "node.revive.after-record",
        "node.revive.after-unmount",
        "node.revive.after-mount"
      })
  void aNodePluginThatDiesWhileItMountsItAnewMountsItOnTheRetry(String failPoint) {
    Inventory before = mooring.inventory();
    Attachment attachment = provision("kill-" + failPoint, VolumeKind.EXT4);
    Content written = Content.write(node.vm(), attachment);
    stopFileSystem(attachment);
    node.client().unpublish(attachment);
    Attachment next = nextPod(attachment);

    Deaths.dyingAt(node.unit(), failPoint, () -> node.client().publish(next));

    Deaths.proveAndRemove(mooring, node, next, written, before);
  }

  private Attachment provision(String name, VolumeKind kind) {
    Attachment attachment = mooring.provision(VolumeSpec.of(name, AgentHost.THIN, kind), node);
    Paths.awaitReady(node, attachment, 2);
    return attachment;
  }

  /** On the same node, at a path of its own. */
  private Attachment nextPod(Attachment attachment) {
    Attachment next =
        new Attachment(
            attachment.volume(),
            attachment.kind(),
            attachment.publishContext(),
            attachment.stagingPath(),
            attachment.targetPath().replace("/volumes/", "-next/volumes/"));
    // A kubelet does not look at the staging path then, which an xfs that has shut down refuses.
    node.vm().shell().check("mkdir -p $(dirname %s)".formatted(next.targetPath()));
    return next;
  }

  /** Without the five minutes after which multipathd itself lets I/O fail. */
  private void stopFileSystem(Attachment attachment) {
    multipathd("disablequeueing", attachment);
    mooring.lab().pullCable(node.vm().number(), StoragePath.A);
    mooring.lab().pullCable(node.vm().number(), StoragePath.B);
    healing.await(
        "the file system is stopped",
        () -> {
          node.vm()
              .shell()
              .run("cd %1$s && touch more && sync -f more".formatted(attachment.targetPath()));
          return Findings.of(node, attachment).contains(STOPPED);
        });
    // The kernel may give the paths up before multipathd knows: it would call them ready at once.
    Paths.awaitReady(node, attachment, 0);
    mooring.lab().heal();
    Paths.awaitReady(node, attachment, 2);
    multipathd("restorequeueing", attachment);
    assertThat(Findings.of(node, attachment)).containsExactly(STOPPED);
  }

  private void multipathd(String command, Attachment attachment) {
    node.vm().shell().check("multipathd %s map %s".formatted(command, attachment.wwid()));
  }
}
