package io.mooring.agent.lio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.HostCommands;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a plain directory, which has the shape of configfs but none of its behaviour. */
class KernelConfigFsTest {
  @TempDir Path root;

  @Test
  void objectsAreMadeListedAndLinked() throws IOException {
    KernelConfigFs fs = new KernelConfigFs(root);
    fs.makeDirectory("core");
    fs.makeDirectory("core/a");
    fs.makeDirectory("core/a");
    fs.makeDirectory("lun");
    fs.link("lun/x", "core/a");

    assertThat(fs.children("core")).containsExactly("a");
    assertThat(fs.children("nothing")).isEmpty();
    assertThat(fs.linkTarget("lun/x")).contains("core/a");
    assertThat(fs.linkTarget("lun/y")).isEmpty();
    assertThat(fs.exists("lun/x")).isTrue();
    Files.delete(root.resolve("core/a"));
    assertThat(fs.exists("lun/x")).isTrue();
  }

  @Test
  void aRelativeLinkAsConfigfsShowsItIsResolved() throws IOException {
    KernelConfigFs fs = new KernelConfigFs(root);
    fs.makeDirectory("lun");
    Files.createSymbolicLink(root.resolve("lun/x"), Path.of("../core/a"));

    assertThat(fs.linkTarget("lun/x")).contains("core/a");
  }

  @Test
  void attributesAreReadWithoutTheirLineEndAndNeverCreated() throws IOException {
    KernelConfigFs fs = new KernelConfigFs(root);
    Files.writeString(root.resolve("enable"), "0\n");

    fs.write("enable", "1");

    assertThat(fs.read("enable")).isEqualTo("1");
    assertThatThrownBy(() -> fs.write("other", "1"))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("other");
    assertThat(root.resolve("other")).doesNotExist();
  }

  @Test
  void realProgramsRemoveLinksAndDirectories() {
    KernelConfigFs fs = new KernelConfigFs(root);
    fs.makeDirectory("core");
    fs.makeDirectory("lun");
    fs.link("lun/x", "core");
    Removal removal = new Removal(fs, new HostCommands(), Removal::anyProcessHas);
    Deadline deadline = Deadline.after(Duration.ofSeconds(20));

    assertThat(removal.linkTarget("lun/x", "look", deadline)).contains("core");
    removal.unlink("lun/x", "unlink", deadline);
    removal.unlink("lun/x", "unlink", deadline);
    assertThat(removal.linkTarget("lun/x", "look", deadline)).isEmpty();
    removal.removeDirectories(List.of("lun", "never", "core"), "remove", deadline);

    assertThat(fs.children("")).isEmpty();
    assertThatThrownBy(
            () -> {
              fs.makeDirectory("full");
              fs.makeDirectory("full/inner");
              removal.removeDirectories(List.of("full"), "remove it", deadline);
            })
        .hasMessageContaining("could not remove it");
  }

  @Test
  void aProcessIsFoundByItsArgument() throws Exception {
    String mark = root.resolve("mark").toString();
    Process tail = new ProcessBuilder("tail", "-f", "/dev/null", "--pid=1", mark).start();
    try {
      await().until(() -> Removal.anyProcessHas(mark));
      assertThat(Removal.anyProcessHas(mark + "-other")).isFalse();
    } finally {
      tail.destroyForcibly().waitFor();
    }
  }

  @Test
  void aRefusalToKeepASecretDoesNotTellIt() {
    KernelConfigFs fs = new KernelConfigFs(root);
    assertThatThrownBy(() -> fs.writeSecret("other", "correct-horse-1"))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("other")
        .hasMessageNotContaining("correct-horse-1");
  }
}
