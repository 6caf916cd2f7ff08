package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.csi.v1.ControllerGetVolumeHealthRequest;
import io.mooring.csi.v1.ControllerListVolumeHealthRequest;
import io.mooring.csi.v1.ListVolumesResponse;
import io.mooring.csi.v1.NodeGetStorageHealthRequest;
import io.mooring.csi.v1.NodeGetStorageHealthResponse.StorageBackendHealth;
import io.mooring.csi.v1.Volume;
import io.mooring.csi.v1.VolumeHealth;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.lab.qemu.StoragePath;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the health calls say of things that are really so: dead paths, a volume that is gone. */
@Tag("long")
@ExtendWith(MooringExtension.class)
class HealthIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Poll LOOK = new Poll(Duration.ofMillis(500), Duration.ofSeconds(2));

  private final Mooring mooring;

  HealthIT(Mooring mooring) {
    this.mooring = mooring;
  }

  @Test
  void aNodeSaysWhichPathsAreDownAndWhenNoneIsLeft() {
    NodeHost node = mooring.node1();
    Inventory before = mooring.inventory();
    // Without a file system nothing writes, and nothing can fail, while no path is there.
    Attachment attachment =
        mooring.provision(VolumeSpec.of("health", AgentHost.THIN, VolumeKind.BLOCK), node);
    Paths.awaitReady(node, attachment, 2);
    assertThat(Findings.of(node, attachment)).isEmpty();
    assertThat(ofStorage(node)).isEmpty();

    try {
      mooring.lab().pullCable(node.vm().number(), StoragePath.A);
      await(() -> Findings.of(node, attachment), "DEGRADED PathsMissing");
      assertThat(Findings.entries(node, attachment).getFirst().getMessage())
          .contains("1 of its 2 paths", StoragePath.A.portal());
      await(() -> ofStorage(node), "STORAGE_DEGRADED PortalsDown");

      mooring.lab().pullCable(node.vm().number(), StoragePath.B);
      await(() -> Findings.of(node, attachment), "INACCESSIBLE NoPath");
      await(() -> ofStorage(node), "STORAGE_UNREACHABLE TargetUnreachable");
    } finally {
      mooring.lab().heal();
    }

    await(() -> Findings.of(node, attachment));
    await(() -> ofStorage(node));
    Paths.awaitReady(node, attachment, 2);
    mooring.remove(attachment, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  @Test
  void aVolumeThatWasRemovedBehindTheAgentsBackIsLostUntilItIsDeleted() {
    Inventory before = mooring.inventory();
    Volume lost =
        mooring.controller().create(VolumeSpec.of("lost", AgentHost.THIN, VolumeKind.BLOCK));
    Volume well =
        mooring.controller().create(VolumeSpec.of("well", AgentHost.THIN, VolumeKind.BLOCK));
    assertThat(ofController(lost)).isEmpty();

    mooring
        .agent()
        .vm()
        .shell()
        .check("lvremove -q -y -f mooring/mooring-" + Attachment.serialOf(lost.getVolumeId()));

    await(() -> ofController(lost), "DATA_LOSS VolumeLost");
    assertThat(ofController(well)).isEmpty();
    assertThat(unwell()).contains(lost.getVolumeId()).doesNotContain(well.getVolumeId());
    mooring.controller().delete(lost.getVolumeId());
    assertThat(unwell()).doesNotContain(lost.getVolumeId());
    mooring.controller().delete(well.getVolumeId());
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  @Test
  void theListOfVolumesSaysOnWhichNodesTheyAre() {
    Volume volume =
        mooring.controller().create(VolumeSpec.of("listed", AgentHost.THIN, VolumeKind.BLOCK));
    assertThat(publishedTo(volume)).isEmpty();

    for (NodeHost node : mooring.nodes()) {
      Attachment attachment = mooring.publish(volume, VolumeKind.BLOCK, node);
      assertThat(publishedTo(volume)).containsExactly(node.nodeId());
      mooring.controller().unpublish(attachment.volume().getVolumeId(), node.nodeId());
      assertThat(publishedTo(volume)).isEmpty();
    }
    mooring.controller().delete(volume.getVolumeId());
  }

  private List<String> publishedTo(Volume volume) {
    List<ListVolumesResponse.Entry> entries =
        mooring.controller().list().getEntriesList().stream()
            .filter(entry -> entry.getVolume().getVolumeId().equals(volume.getVolumeId()))
            .toList();
    assertThat(entries).hasSize(1);
    return entries.getFirst().getStatus().getPublishedNodeIdsList();
  }

  private static void await(Supplier<List<String>> look, String... expected) {
    boolean reached =
        LOOK.until(Deadline.after(PATIENCE), () -> look.get().equals(List.of(expected)));
    assertThat(reached).as("%s, and not %s", List.of(expected), look.get()).isTrue();
  }

  private static List<String> ofStorage(NodeHost node) {
    return node
        .client()
        .stub()
        .nodeGetStorageHealth(NodeGetStorageHealthRequest.getDefaultInstance())
        .getBackendHealthList()
        .stream()
        .map(HealthIT::words)
        .toList();
  }

  private static String words(StorageBackendHealth health) {
    return health.getStatus() + " " + health.getReason();
  }

  private List<String> ofController(Volume volume) {
    return Findings.words(
        mooring
            .controller()
            .stub()
            .controllerGetVolumeHealth(
                ControllerGetVolumeHealthRequest.newBuilder()
                    .setVolumeId(volume.getVolumeId())
                    .build())
            .getVolumeHealth()
            .getHealthStatusesList());
  }

  /** The ids of all volumes with which something is wrong. */
  private List<String> unwell() {
    return mooring
        .controller()
        .stub()
        .controllerListVolumeHealth(ControllerListVolumeHealthRequest.getDefaultInstance())
        .getEntriesList()
        .stream()
        .map(VolumeHealth::getVolumeId)
        .toList();
  }
}
