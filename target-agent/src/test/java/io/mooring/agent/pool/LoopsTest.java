package io.mooring.agent.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.ScriptedCommands;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoopsTest {
  @TempDir Path directory;

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(10));
  }

  @Test
  void theLoopOfAnotherFileIsNotOurs() throws IOException {
    Path file = Files.createFile(directory.resolve("x.img"));
    String sample = Samples.read("losetup.json");
    ScriptedCommands losetup = new ScriptedCommands();
    losetup.on("losetup").prints(sample);

    assertThat(new Loops(losetup, directory).find(file, soon())).isEmpty();

    long inode = ((Number) Files.getAttribute(file, "unix:ino")).longValue();
    losetup.on("losetup").prints(sample.replace("131", Long.toString(inode)));
    assertThat(new Loops(losetup, directory).find(file, soon()))
        .as("same inode number, other file system")
        .isEmpty();
  }

  @Test
  void aListThatCannotBeReadIsAFailure() throws IOException {
    Path file = Files.createFile(directory.resolve("x.img"));
    ScriptedCommands losetup = new ScriptedCommands();
    losetup.on("losetup").prints("{\"loopdevices\": [{\"name\": \"/dev/loop0\"}]}");

    assertThatThrownBy(() -> new Loops(losetup, directory).find(file, soon()))
        .isInstanceOf(Failure.class);
  }

  @Test
  void noLoopAtAllIsAnEmptyList() throws IOException {
    Path file = Files.createFile(directory.resolve("x.img"));
    ScriptedCommands losetup = new ScriptedCommands();
    losetup.on("losetup").prints("");

    assertThat(new Loops(losetup, directory).find(file, soon())).isEmpty();
  }
}
