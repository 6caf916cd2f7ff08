package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.lab.LabSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What README.md tells an administrator to type, typed. */
@Tag("long")
@ExtendWith(MooringExtension.class)
class ReadmeIT {
  private static final String POOL = "readme";
  private static final String DISK = "/var/tmp/readme.img";

  private static final String CONFIGURATION =
      """
      pool.readme.backend = thin
      pool.readme.volume-group = readme
      pool.readme.thin-pool = pool0
      """;

  private final Mooring mooring;
  private final NodeHost node;

  ReadmeIT(Mooring mooring) {
    this.mooring = mooring;
    this.node = mooring.node1();
  }

  @Test
  void thePoolOfAStorageHostIsOneThatServesVolumes() throws IOException {
    Inventory before = mooring.inventory();
    String disk =
        onStorageHost("truncate -s 2G %1$s && losetup -f --show %1$s".formatted(DISK)).strip();
    try (Clearing _ = () -> clear(disk)) {
      for (String command : commands("vgcreate ", "lvcreate ")) {
        onStorageHost(
            command.replace("/dev/sdX", disk).replaceAll("(?<= )mooring(?=$|[ /])", POOL));
      }
      mooring.agent().configure(CONFIGURATION);
      mooring.restartAgent();

      Attachment attachment =
          mooring.provision(VolumeSpec.of("from-readme", POOL, VolumeKind.EXT4), node);
      mooring.remove(attachment, node);

      assertThat(onStorageHost("lvs --noheadings -o lv_when_full readme/pool0").strip())
          .as("what happens to writers of a full pool")
          .isEqualTo("error");
    }
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  @Test
  void theServicesOfANodeRun() throws IOException {
    for (String command : commands("systemctl enable ")) {
      node.vm().shell().check(command);
    }
    assertThat(node.vm().shell().check("systemctl is-active iscsid multipathd").lines())
        .containsExactly("active", "active");
  }

  private interface Clearing extends AutoCloseable {
    @Override
    void close();
  }

  private void clear(String disk) {
    mooring.agent().unit().disarm();
    mooring.agent().configure("");
    mooring.agent().unit().stop();
    onStorageHost(
        "vgremove -q -y readme; pvremove -q %1$s; losetup -d %1$s; rm -f %2$s /var/lib/mooring-agent/pools/readme.json"
            .formatted(disk, DISK));
    mooring.restartAgent();
  }

  private String onStorageHost(String script) {
    return mooring.agent().vm().shell().check(script);
  }

  /** The lines of README.md that begin so, without what is a remark; one for each. */
  private static List<String> commands(String... beginnings) throws IOException {
    List<String> lines =
        Files.readAllLines(LabSettings.fromSystem().projectRoot().resolve("README.md"));
    return List.of(beginnings).stream()
        .map(beginning ->
            lines.stream()
                .filter(line -> line.startsWith(beginning))
                .map(line -> line.replaceFirst(" +#.*", ""))
                .findFirst()
                .orElseThrow(() -> new AssertionError("README.md has no command " + beginning)))
        .toList();
  }
}
