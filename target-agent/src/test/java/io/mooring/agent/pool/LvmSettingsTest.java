package io.mooring.agent.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.runtime.host.ScriptedCommands;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LvmSettingsTest {
  private static final String LOOPS_HIDDEN =
      "backup{archive=0} devices{filter=[\"r|^/dev/loop|\"]}";

  @TempDir Path sys;
  private final ScriptedCommands lvm = new ScriptedCommands();

  @BeforeEach
  void configureLvmAsDebianDoes() {
    lvm.on("lvmconfig", "devices/filter").fails(5, "Configuration node devices/filter not found");
    lvm.on("pvs").prints("  /dev/vdb\n");
  }

  private String read(String... groups) {
    return LvmSettings.read(lvm, List.of(groups), sys, Deadline.after(Duration.ofSeconds(10)))
        .text();
  }

  @Test
  void loopsAreHiddenFromLvm() {
    assertThat(read("vg")).isEqualTo(LOOPS_HIDDEN);
  }

  @Test
  void theAdministratorsFilterStaysInForce() {
    lvm.on("lvmconfig").prints("filter=[\"r|/dev/sdx|\",\"a|.*|\"]\n");

    assertThat(read("vg"))
        .isEqualTo(
            "backup{archive=0} devices{filter=[\"r|^/dev/loop|\",\"r|/dev/sdx|\",\"a|.*|\"]}");
  }

  @Test
  void aGroupOnALoopOfItsOwnIsSeen() throws IOException {
    lvm.on("pvs").prints("  /dev/vdb\n  /dev/loop0\n");
    backing("/root/trial.raw");

    assertThat(read("vg")).isEqualTo("backup{archive=0}");
  }

  @Test
  void aTenantsGroupOfTheSameNameChangesNothing() throws IOException {
    lvm.on("pvs").prints("  /dev/vdb\n  /dev/loop0\n");
    backing("/srv/pool/" + "a".repeat(32) + ".img");

    assertThat(read("vg")).isEqualTo(LOOPS_HIDDEN);
  }

  @Test
  void withoutThinPoolsNothingIsAsked() {
    assertThat(read()).isEqualTo("backup{archive=0}");
    assertThat(lvm.ran()).isEmpty();
  }

  private void backing(String file) throws IOException {
    Path loop = Files.createDirectories(sys.resolve("loop0/loop"));
    Files.writeString(loop.resolve("backing_file"), file + "\n");
  }
}
