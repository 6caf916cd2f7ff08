package io.mooring.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import io.mooring.runtime.config.Option;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs a process of its own: exit codes and signals are what is tested. */
@Timeout(120)
class ApplicationTest {
  private static ProcessBuilder sample(String... args) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                SampleMain.class.getName()));
    command.addAll(List.of(args));
    return new ProcessBuilder(command);
  }

  private static String read(InputStream in) throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }

  private static List<String> messages(List<String> lines) {
    return lines.stream()
        .map(line -> JsonParser.parseString(line).getAsJsonObject().get("message").getAsString())
        .toList();
  }

  @Test
  void aSignalStopsThePartsInReverseOrderAndTheExitCodeIsZero() throws Exception {
    Process process = sample("--password", "hunter2").start();
    List<String> lines = new ArrayList<>();
    try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
      for (String line = err.readLine(); line != null; line = err.readLine()) {
        lines.add(line);
        if (line.contains("mooring-sample runs")) {
          process.toHandle().destroy(); // SIGTERM; Process.destroy would close our end of the pipe
        }
      }
    }

    assertThat(process.waitFor()).isZero();
    assertThat(messages(lines))
        .containsExactly(
            "mooring-sample "
                + Version.current()
                + " starts with {log-level=info, mood=good, password=***}",
            "in a good mood",
            "mooring-sample runs",
            "mooring-sample stops",
            "third is closed",
            "did not stop well: second",
            "first is closed",
            "mooring-sample has stopped");
  }

  @Test
  void aFailureAtTheStartIsOneSentenceAndClosesWhatRanAlready() throws Exception {
    Process process = sample("--mood=bad").start();
    List<String> lines = read(process.getErrorStream()).lines().toList();

    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(lines.getLast())
        .isEqualTo("mooring-sample could not start: the mood is bad; cheer up");
    assertThat(messages(lines.subList(0, lines.size() - 1)))
        .contains("third is closed", "first is closed");
    assertThat(String.join("\n", lines)).doesNotContain("Failure");
  }

  @Test
  void aWrongOptionIsOneSentence() throws Exception {
    Process process = sample("--moood=bad").redirectErrorStream(true).start();

    assertThat(read(process.getInputStream()))
        .isEqualTo(
            "mooring-sample could not start: unknown option moood (command line); did you mean mood?\n");
    assertThat(process.waitFor()).isEqualTo(1);
  }

  @Test
  void aMistakeOfOursShowsItsStack() throws Exception {
    Process process = sample("--mood=broken").redirectErrorStream(true).start();
    String text = read(process.getInputStream());

    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(text)
        .contains("\"throwable\":\"java.lang.IllegalStateException: bug")
        .endsWith(
            "mooring-sample could not start: unexpected error: java.lang.IllegalStateException: bug\n");
  }

  @Test
  void helpAndVersionGoToStandardOutput() throws Exception {
    Process help = sample("--help").start();
    assertThat(read(help.getInputStream()))
        .startsWith("Usage: mooring-sample")
        .contains("--log-level");
    assertThat(help.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(help.exitValue()).isZero();

    Process version = sample("--version").start();
    assertThat(read(version.getInputStream())).matches("mooring-sample \\d+\\.\\d+\\.\\d+\\S*\n");
    assertThat(version.waitFor()).isZero();
  }

  @Test
  void theLogLevelIsListedOnce() {
    assertThat(Application.withLogLevel(List.of(Application.LOG_LEVEL))).hasSize(1);
    assertThat(Application.withLogLevel(List.of(Option.of("a", "b")))).hasSize(2);
  }
}
