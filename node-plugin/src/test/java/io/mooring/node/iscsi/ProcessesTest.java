package io.mooring.node.iscsi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessesTest {
  @TempDir Path proc;

  private void process(String pid, String name) throws Exception {
    Files.createDirectories(proc.resolve(pid));
    Files.writeString(proc.resolve(pid).resolve("comm"), name + "\n");
  }

  @Test
  void aProcessRunsUnderItsWholeName() throws Exception {
    process("42", "iscsid");
    assertThat(new Processes(proc).run("iscsid")).isTrue();
    assertThat(new Processes(proc).run("iscsi")).isFalse();
  }

  @Test
  void whatIsNoProcessIsNotLookedAt() throws Exception {
    process("sys", "iscsid");
    Files.createDirectories(proc.resolve("43"));
    assertThat(new Processes(proc).run("iscsid")).isFalse();
  }
}
