package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a file system gives up goes back to the pool: file system, map, path, LUN, pool. */
@Tag("lab")
@ExtendWith(MooringExtension.class)
class DiscardIT {
  private static final long WRITTEN = 96L << 20;

  private final Mooring mooring;

  DiscardIT(Mooring mooring) {
    this.mooring = mooring;
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({AgentHost.THIN + ", EXT4", AgentHost.FILE + ", XFS"})
  void aDeletedFileReturnsItsSpace(String pool, VolumeKind kind) {
    NodeHost node = mooring.node1();
    Inventory before = mooring.inventory();
    Attachment attachment = mooring.provision(VolumeSpec.of("discard-" + pool, pool, kind), node);
    long empty = usedBytes(attachment, pool);

    node.vm()
        .shell()
        .check(
            "head -c %d /dev/urandom > %2$s/file && sync -f %2$s/file"
                .formatted(WRITTEN, attachment.targetPath()));
    long full = usedBytes(attachment, pool);
    node.vm()
        .shell()
        .check("rm %1$s/file && sync -f %1$s && fstrim %1$s".formatted(attachment.targetPath()));
    long trimmed = usedBytes(attachment, pool);

    assertThat(full - empty).as("taken by the file").isGreaterThan(WRITTEN * 9 / 10);
    assertThat(full - trimmed).as("given back").isGreaterThan(WRITTEN * 9 / 10);
    mooring.remove(attachment, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  /** What the pool has allocated for the volume. */
  private long usedBytes(Attachment attachment, String pool) {
    String script =
        pool.equals(AgentHost.THIN)
            ? "sync; lvs --noheadings --units b --nosuffix -o lv_size,data_percent mooring/mooring-%s | awk '{printf \"%%d\", $1 * $2 / 100}'"
            : "sync; stat -c '%%b' /srv/pool/mooring/%s.img | awk '{printf \"%%d\", $1 * 512}'";
    return Long.parseLong(
        mooring.agent().vm().shell().check(script.formatted(attachment.serial())).strip());
  }
}
