package io.mooring.node.multipath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.node.sample.Samples;
import io.mooring.node.scsi.Wwid;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WwidsFileTest {
  private static final Wwid ONE = new Wwid("360014050123456789abcdef012345678");
  private static final Wwid TWO = new Wwid("36001405fedcba9876543210fedcba987");

  private static final Wwid NEW = new Wwid("36001405aaaaaaaaaaaaaaaaaaaaaaaaa");

  @TempDir Path directory;

  private Path file() {
    return directory.resolve("multipath/wwids");
  }

  private WwidsFile wwids() {
    return new WwidsFile(file());
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(5));
  }

  private String text() throws Exception {
    return Files.readString(file());
  }

  private void given(String text) throws Exception {
    Files.createDirectories(directory.resolve("multipath"));
    Files.writeString(file(), text);
  }

  @Test
  void aWwidIsAddedOnce() throws Exception {
    wwids().add(ONE, soon());
    wwids().add(ONE, soon());
    assertThat(text()).startsWith("#").containsOnlyOnce("/" + ONE + "/\n");
  }

  @Test
  void otherLinesOfARealFileAreKept() throws Exception {
    String before = Samples.text("multipath/wwids.txt");
    given(before);
    wwids().add(NEW, soon());
    wwids().remove(NEW, soon());
    wwids().add(NEW, soon());
    assertThat(text()).isEqualTo(before + "/" + NEW + "/\n");
  }

  @Test
  void aRemovedLineKeepsItsLengthAsMultipathDoesIt() throws Exception {
    given("# head\n/" + ONE + "/\n/" + TWO + "/\n");
    wwids().remove(ONE, soon());
    assertThat(text()).isEqualTo("# head\n#" + ONE + "/\n/" + TWO + "/\n");
  }

  @Test
  void aRemovedLineIsTakenOverSoThatTheFileDoesNotGrow() throws Exception {
    WwidsFile wwids = wwids();
    wwids.add(ONE, soon());
    long size = Files.size(file());
    for (int volume = 0; volume < 200; volume++) {
      wwids.add(Wwid.ofLioSerial("%032x".formatted(volume).replace(' ', '0')), soon());
      wwids.remove(Wwid.ofLioSerial("%032x".formatted(volume)), soon());
      wwids.add(TWO, soon());
      wwids.remove(TWO, soon());
    }
    assertThat(Files.size(file())).isLessThanOrEqualTo(size + 36);
    assertThat(text()).contains("/" + ONE + "/\n").doesNotContain("/" + TWO);
  }

  @Test
  void aLastLineWithoutNewlineIsNotGluedTo() throws Exception {
    given("/" + ONE + "/");
    wwids().add(TWO, soon());
    assertThat(text()).isEqualTo("/" + ONE + "/\n/" + TWO + "/\n");
  }

  @Test
  void removingFromAFileThatIsNotThereMakesNone() {
    wwids().remove(ONE, soon());
    assertThat(file()).doesNotExist();
  }

  @Test
  void threadsOfOneProcessDoNotLoseEachOthersLines() throws Exception {
    WwidsFile wwids = wwids();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (int volume = 0; volume < 64; volume++) {
        Wwid wwid = Wwid.ofLioSerial("%024x00000000".formatted(volume));
        Future<?> _ = threads.submit(() -> wwids.add(wwid, soon()));
      }
    }
    assertThat(text().lines().filter(line -> line.startsWith("/"))).hasSize(64);
  }

  @Test
  void aFileThatSomebodyElseKeepsLockedIsUnavailableAtTheDeadline() throws Exception {
    given("/" + ONE + "/\n");
    // A lock of this very process stands for another process's: both are refused the same way.
    try (FileChannel other = FileChannel.open(file(), StandardOpenOption.WRITE)) {
      assertThat(other.lock().isValid()).isTrue();
      assertThatThrownBy(() -> wwids().add(TWO, Deadline.after(Duration.ofMillis(50))))
          .isInstanceOf(Failure.class)
          .hasMessageContaining("locked");
    }
    assertThat(text()).doesNotContain(TWO.value());
  }
}
