package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mooring.csi.v1.ControllerListVolumeHealthRequest;
import io.mooring.csi.v1.VolumeHealth;
import io.mooring.csi.v1.VolumeHealth.VolumeHealthEntry;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.load.Content;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A pool that promises more than it has, as its administrator wished, and is written full: writers
 * get errors, what was written stays, and room makes it good again.
 */
@Tag("lab")
@ExtendWith(MooringExtension.class)
class FullPoolIT {
  private static final String TINY = "tiny";
  private static final Duration FILLING = Duration.ofMinutes(4);

  private static final String CONFIGURATION =
      """
      pool.tiny.backend = thin
      pool.tiny.volume-group = mooring
      pool.tiny.thin-pool = tiny
      pool.tiny.over-commit = 8
      """;

  private final Mooring mooring;
  private final NodeHost node;

  FullPoolIT(Mooring mooring) {
    this.mooring = mooring;
    this.node = mooring.node1();
  }

  @Test
  void aFullPoolFailsItsWritersKeepsWhatItHasAndRecoversWithRoom() {
    Inventory before = mooring.inventory();
    onStorageHost("lvcreate -q -y --type thin-pool -Zy -L 192m -n tiny mooring");
    onStorageHost("lvchange -q --errorwhenfull y mooring/tiny");
    mooring.agent().configure(CONFIGURATION);
    mooring.restartAgent();
    try {
      fillAndRecover();
    } finally {
      mooring.agent().configure("");
      onStorageHost("lvremove -q -y mooring/tiny; rm -f /var/lib/mooring-agent/pools/tiny.json");
      mooring.restartAgent();
    }
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  private void fillAndRecover() {
    Attachment quiet = mooring.provision(VolumeSpec.of("quiet", TINY, VolumeKind.EXT4), node);
    Attachment greedy = mooring.provision(VolumeSpec.of("greedy", TINY, VolumeKind.XFS), node);
    Paths.awaitReady(node, greedy, 2);
    Content ofQuiet = Content.write(node.vm(), quiet);
    Content ofGreedy = Content.write(node.vm(), greedy);

    assertThat(fill(greedy)).as("the writer is told").isNotZero();

    assertThat(reasons(quiet)).contains("PoolFull");
    assertThat(reasons(greedy)).contains("PoolFull");
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(() -> mooring.controller().create(VolumeSpec.of("late", TINY, VolumeKind.EXT4)))
        .satisfies(
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED))
        .withMessageContaining("lvextend");
    assertThat(node.readyPaths(greedy)).as("no path is blamed").isEqualTo(2);
    assertThat(Content.read(node.vm(), quiet)).isEqualTo(ofQuiet);

    onStorageHost("lvextend -q -L +512m mooring/tiny");
    assertThat(reasons(quiet)).isEmpty();
    assertThat(Content.write(node.vm(), quiet)).isNotEqualTo(ofQuiet);
    Attachment again = stageAgain(greedy);
    assertThat(Content.read(node.vm(), again)).isEqualTo(ofGreedy);
    assertThat(Content.write(node.vm(), again)).isNotEqualTo(ofGreedy);
    mooring.remove(quiet, node);
    mooring.remove(again, node);
  }

  /** What a pod that is started again does: the file system is unmounted, checked and mounted. */
  private Attachment stageAgain(Attachment attachment) {
    mooring.detach(attachment, node);
    return mooring.attach(attachment.volume(), attachment.kind(), node);
  }

  /** Writes until there is no room; returns dd's exit code. */
  private int fill(Attachment attachment) {
    return node.vm()
        .shell()
        .run(
            "dd if=/dev/urandom of=%s/fill bs=1M count=280 oflag=direct conv=fsync status=none"
                .formatted(attachment.targetPath()),
            Deadline.after(FILLING))
        .exitCode();
  }

  private List<String> reasons(Attachment attachment) {
    return mooring
        .controller()
        .stub()
        .controllerListVolumeHealth(ControllerListVolumeHealthRequest.getDefaultInstance())
        .getEntriesList()
        .stream()
        .filter(entry -> entry.getVolumeId().equals(attachment.volume().getVolumeId()))
        .map(VolumeHealth::getHealthStatusesList)
        .flatMap(List::stream)
        .map(VolumeHealthEntry::getReason)
        .toList();
  }

  private void onStorageHost(String script) {
    mooring.agent().vm().shell().check(script);
  }
}
