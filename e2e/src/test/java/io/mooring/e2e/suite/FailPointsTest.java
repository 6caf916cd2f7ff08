package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.lab.LabSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A place to die where no test ever dies proves nothing. */
class FailPointsTest {
  private static final Pattern PASSED = Pattern.compile("FailPoints\\.pass\\(\\s*\"([^\"]+)\"");
  private static final Pattern NAMED =
      Pattern.compile("\"(?:[^\"]*, )?((?:agent|node|controller)\\.[a-z.-]+)\"");
  private static final List<String> MODULES = List.of("target-agent", "controller", "node-plugin");

  @Test
  void everyFailPointOfTheProductIsWhereATestLetsItDie() {
    Path project = LabSettings.fromSystem().projectRoot();
    NavigableSet<String> passed = new TreeSet<>();
    for (String module : MODULES) {
      passed.addAll(names(project.resolve(module).resolve("src/main/java"), PASSED));
    }
    assertThat(passed).hasSizeGreaterThan(80);
    assertThat(names(project.resolve("e2e/src/test/java"), NAMED)).containsAll(passed);
  }

  private static NavigableSet<String> names(Path directory, Pattern pattern) {
    NavigableSet<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        pattern
            .matcher(Files.readString(file))
            .results()
            .map((MatchResult match) -> match.group(1))
            .forEach(names::add);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return names;
  }
}
