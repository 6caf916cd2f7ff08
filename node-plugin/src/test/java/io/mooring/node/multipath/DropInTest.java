package io.mooring.node.multipath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.node.linux.Sysfs;
import io.mooring.node.sample.Samples;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.ScriptedCommands;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DropInTest {
  @TempDir Path directory;
  private FakeDaemon daemon;
  private DropIn dropIn;
  private volatile boolean readsFiles = true;
  private volatile boolean read;

  @BeforeEach
  void plant() throws Exception {
    daemon = new FakeDaemon(directory.resolve("socket"), this::answer);
    Multipathd multipathd = new Multipathd("/nobody", directory.resolve("socket"));
    Maps maps =
        new MultipathdMaps(
            multipathd, new Sysfs(directory), directory.resolve("wwids"), new ScriptedCommands());
    dropIn = new DropIn(file(), multipathd, maps);
  }

  private String answer(String command) {
    return switch (command) {
      case "reconfigure" -> {
        read = readsFiles;
        yield "ok\n";
      }
      case "show daemon" -> "pid 184 idle\n";
      case "show config" -> read ? "devices {\n\tproduct \"^mooring\"\n}\n" : "devices {\n}\n";
      default -> "fail\n";
    };
  }

  @AfterEach
  void close() throws Exception {
    daemon.close();
  }

  private Path file() {
    return directory.resolve("conf.d/mooring.conf");
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(2));
  }

  @Test
  void itsTextIsThisAndNothingElse() {
    assertThat(DropIn.TEXT).isEqualTo(Samples.text("multipath/mooring.conf"));
  }

  @Test
  void itSpeaksOfOurProductAloneAndHasNeitherDefaultsNorBlacklist() {
    assertThat(DropIn.TEXT).containsOnlyOnce("device {").contains("product \"^mooring\"");
    assertThat(DropIn.TEXT.lines().filter(line -> !line.startsWith("#")))
        .noneMatch(line -> line.contains("defaults") || line.contains("blacklist"));
  }

  @Test
  void itIsWrittenAndTakenUpOnce() throws Exception {
    assertThat(dropIn.ensure(soon())).isTrue();
    assertThat(Files.readString(file())).isEqualTo(DropIn.TEXT);
    assertThat(dropIn.ensure(soon())).isFalse();
    assertThat(daemon.asked()).containsOnlyOnce("reconfigure");
  }

  @Test
  void aFileThatSomebodyChangedIsPutRight() throws Exception {
    Files.createDirectories(directory.resolve("conf.d"));
    Files.writeString(file(), "devices { }\n");
    assertThat(dropIn.ensure(soon())).isTrue();
    assertThat(Files.readString(file())).isEqualTo(DropIn.TEXT);
  }

  @Test
  void aFileThatIsThereWithoutTheDaemonKnowingIsTakenUp() throws Exception {
    Files.createDirectories(directory.resolve("conf.d"));
    Files.writeString(file(), DropIn.TEXT);
    assertThat(dropIn.ensure(soon())).isTrue();
    assertThat(daemon.asked()).contains("reconfigure");
  }

  @Test
  void aDaemonThatDoesNotTakeItUpIsAFailure() {
    readsFiles = false;
    assertThatThrownBy(() -> dropIn.ensure(Deadline.after(Duration.ofMillis(300))))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("not taken up");
  }
}
