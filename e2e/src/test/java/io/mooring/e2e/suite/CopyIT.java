package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.mooring.csi.v1.Snapshot;
import io.mooring.csi.v1.Volume;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.ControllerClient;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.load.Content;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Snapshots and copies where the file system of the pool cannot share blocks between files. */
@Tag("long")
@ExtendWith(MooringExtension.class)
class CopyIT {
  /** MiB per second, so that there is a middle to die in. */
  private static final int SLOW = 8;

  private final Mooring mooring;
  private final NodeHost node;

  CopyIT(Mooring mooring) {
    this.mooring = mooring;
    this.node = mooring.node1();
  }

  @Test
  void aVolumeThatNobodyWritesIsCopiedAlsoUnderAnAgentThatDies() {
    Inventory before = mooring.inventory();
    try (PlainPool pool = PlainPool.make(mooring, SLOW)) {
      copyAndDie(pool);
    }
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  private void copyAndDie(PlainPool pool) {
    ControllerClient controller = mooring.controller();
    VolumeSpec spec = VolumeSpec.of("copied", PlainPool.NAME, VolumeKind.EXT4);
    Attachment origin = mooring.provision(spec, node);
    String id = origin.volume().getVolumeId();
    String sum = fill(origin);
    assertThat(Calls.status(() -> controller.snapshot("copied", id)))
        .satisfies(
            status -> assertThat(status.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION))
        .satisfies(status ->
            assertThat(status.getDescription()).contains("unpublish it first", "reflink=1"));
    mooring.detach(origin, node);

    Snapshot snapshot = controller.snapshot("copied", id);
    assertThat(snapshot.getReadyToUse()).isFalse();
    pool.awaitHalf(30);
    mooring.agent().unit().kill();
    Calls.untilOk(controller::list);

    assertThat(controller.snapshots(id)).containsExactly(snapshot);
    assertThat(Calls.code(() -> controller.publish(origin.volume(), node.nodeId(), spec.kind())))
        .isEqualTo(Status.Code.ABORTED);
    VolumeSpec copy = VolumeSpec.of("copy", PlainPool.NAME, VolumeKind.EXT4);
    assertThat(Calls.code(() -> controller.createFrom(copy, snapshot)))
        .isEqualTo(Status.Code.ABORTED);
    assertThat(Calls.code(() -> controller.delete(id))).isEqualTo(Status.Code.ABORTED);

    assertThat(pool.awaitReady("copied", id).getSnapshotId()).isEqualTo(snapshot.getSnapshotId());
    assertThat(sumsOfImages(pool)).hasSize(1);
    mountedCopyHolds(sum, copy, snapshot, origin.volume());
    controller.deleteSnapshot(snapshot.getSnapshotId());
  }

  /** While the volume is made from the snapshot, its origin is written again. */
  private void mountedCopyHolds(String sum, VolumeSpec spec, Snapshot snapshot, Volume origin) {
    ControllerClient controller = mooring.controller();
    assertThat(Calls.code(() -> controller.createFrom(spec, snapshot)))
        .isEqualTo(Status.Code.ABORTED);
    Attachment again = mooring.attach(origin, VolumeKind.EXT4, node);
    fill(again);
    Calls.untilOk(() -> controller.createFrom(spec, snapshot));

    Attachment copy = mooring.attach(controller.createFrom(spec, snapshot), VolumeKind.EXT4, node);
    assertThat(sumOfFill(copy)).isEqualTo(sum);
    assertThat(sumOfFill(again)).isNotEqualTo(sum);
    Content written = Content.write(node.vm(), copy);
    assertThat(Content.read(node.vm(), copy)).isEqualTo(written);
    mooring.remove(copy, node);
    mooring.remove(again, node);
  }

  private String fill(Attachment attachment) {
    node.vm()
        .shell()
        .check(
            "head -c 100M /dev/urandom | dd of=%s/fill bs=1M iflag=fullblock conv=fsync status=none"
                .formatted(attachment.targetPath()));
    return sumOfFill(attachment);
  }

  private String sumOfFill(Attachment attachment) {
    return node.vm()
        .shell()
        .check(
            "dd if=%s/fill bs=1M iflag=direct status=none | sha256sum"
                .formatted(attachment.targetPath()));
  }

  private static Set<String> sumsOfImages(PlainPool pool) {
    String images = "/srv/plain/mooring";
    return pool.onStorageHost("sha256sum %1$s/*.img %1$s/snapshots/*.img".formatted(images))
        .lines()
        .map(line -> line.substring(0, line.indexOf(' ')))
        .collect(Collectors.toSet());
  }
}
