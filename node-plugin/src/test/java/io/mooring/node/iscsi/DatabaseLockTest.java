package io.mooring.node.iscsi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseLockTest {
  @TempDir Path directory;
  private Path proc;
  private Path held;

  @BeforeEach
  void plant() throws Exception {
    proc = Files.createDirectories(directory.resolve("proc"));
    process("42", "iscsid");
    Path lock = Files.createFile(directory.resolve("lock"));
    held = Files.createLink(directory.resolve("lock.write"), lock);
  }

  private void process(String pid, String name) throws Exception {
    Files.createDirectories(proc.resolve(pid));
    Files.writeString(proc.resolve(pid).resolve("comm"), name + "\n");
  }

  private void lookAfter(int secondsLater) {
    Instant later = Instant.now().plusSeconds(secondsLater);
    new DatabaseLock(directory, new Processes(proc), InstantSource.fixed(later)).removeIfStale();
  }

  @Test
  void aLockThatAKilledIscsiadmLeftBehindIsRemovedAfterAMinute() {
    lookAfter(61);
    assertThat(held).doesNotExist();
  }

  @Test
  void aYoungLockIsLeftAlone() {
    lookAfter(59);
    assertThat(held).exists();
  }

  @Test
  void anOldLockIsLeftAloneWhileAnIscsiadmRunsThatCouldHoldIt() throws Exception {
    process("815", "iscsiadm");
    lookAfter(3600);
    assertThat(held).exists();
  }

  @Test
  void noLockIsFine() throws Exception {
    Files.delete(held);
    lookAfter(61);
    assertThat(held).doesNotExist();
  }
}
