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
import io.mooring.runtime.time.Poll;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A pool that promises more than it has, as its administrator wished, and is written full: who
 * needs a new block waits, what was written stays, and with room everything goes on.
 */
@Tag("long")
@ExtendWith(MooringExtension.class)
class FullPoolIT {
  private static final String TINY = "tiny";
  private static final String END = "/run/filler.end";
  private static final String SUM = "/run/filler.sum";
  private static final Duration FILLING = Duration.ofMinutes(4);
  private static final Poll LOOK = new Poll(Duration.ofSeconds(1), Duration.ofSeconds(3));

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
  void aFullPoolKeepsWhatItHasAndItsWritersGoOnWhenThereIsRoom() {
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

    startFilling(greedy);
    await("the pool is full", () -> reasons(greedy).contains("PoolFull"));

    assertThat(reasons(quiet)).contains("PoolFull");
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(() -> mooring.controller().create(VolumeSpec.of("late", TINY, VolumeKind.EXT4)))
        .satisfies(
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED))
        .withMessageContaining("lvextend");
    assertThat(Content.read(node.vm(), quiet)).isEqualTo(ofQuiet);

    onStorageHost("lvextend -q -L +512m mooring/tiny");
    assertThat(reasons(quiet)).isEmpty();
    await("the writer has ended", () -> node.vm().shell().run("test -e " + END).succeeded());
    assertThat(node.vm().shell().check("cat " + END)).isEqualTo("0");
    assertThat(sumOfFill(greedy)).isEqualTo(node.vm().shell().check("cat " + SUM));
    Paths.awaitReady(node, greedy, 2);
    assertThat(Content.read(node.vm(), greedy)).isEqualTo(ofGreedy);
    assertThat(Content.write(node.vm(), quiet)).isNotEqualTo(ofQuiet);
    mooring.remove(quiet, node);
    mooring.remove(greedy, node);
  }

  /** More than the pool has, by a writer that takes errors for final, as most do. */
  private void startFilling(Attachment attachment) {
    node.vm()
        .shell()
        .check(
            """
            rm -f %1$s
            cat > /run/filler <<'END'
            set -o pipefail
            head -c 200M /dev/urandom | tee >(sha256sum | cut -d ' ' -f 1 > %2$s) \
              | dd of=%3$s/fill bs=1M iflag=fullblock oflag=direct conv=fsync status=none
            echo $? > %1$s.new && mv %1$s.new %1$s
            END
            setsid bash /run/filler > /run/filler.log 2>&1 < /dev/null &
            """
                .formatted(END, SUM, attachment.targetPath()));
  }

  private String sumOfFill(Attachment attachment) {
    return node.vm()
        .shell()
        .check(
            "dd if=%s/fill bs=1M iflag=direct status=none | sha256sum | cut -d ' ' -f 1"
                .formatted(attachment.targetPath()),
            Deadline.after(FILLING));
  }

  private static void await(String what, BooleanSupplier reached) {
    assertThat(LOOK.until(Deadline.after(FILLING), reached)).as(what).isTrue();
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
