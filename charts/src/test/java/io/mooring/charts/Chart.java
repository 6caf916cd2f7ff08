package io.mooring.charts;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.Stream;

/** The chart, as real Helm renders it: release {@code mooring} in namespace mooring-system. */
final class Chart {
  static final String NAMESPACE = "mooring-system";

  /** The repository's root; tests run in the module's directory. */
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  static final Path DIRECTORY = ROOT.resolve("charts/mooring");

  /** Helm's own default is a version that the chart refuses. */
  private static final String KUBERNETES = "1.36.0";

  /** What Helm sees of a cluster. */
  static final ApiServer CLUSTER = ApiServer.start();

  /** The library leaves hooks out of what it renders: in this copy they are ordinary objects. */
  private static final Path WITHOUT_HOOKS = copyWithoutHooks();

  private Chart() {}

  /** All objects, hooks among them; every one fits its API type. */
  static Rendered render(String values) {
    return Rendered.parse(template(WITHOUT_HOOKS, values, "mooring", KUBERNETES));
  }

  /**
   * The text that {@code helm template} prints, without hooks.
   *
   * @param values YAML, on top of the chart's values
   * @throws IllegalStateException with Helm's words when it refuses
   */
  static String template(String values) {
    return template(values, "mooring");
  }

  static String template(String values, String release) {
    return template(values, release, KUBERNETES);
  }

  static String template(String values, String release, String kubernetes) {
    return template(DIRECTORY, values, release, kubernetes);
  }

  /** What Helm's linter says, with its warnings counted as failures. */
  static LintResult lint() {
    return new Helm(DIRECTORY).lint().strict().call();
  }

  /** What Helm prints when it has installed the chart. */
  static String notes(String values) {
    return withValues(
        values,
        file ->
            new Helm(DIRECTORY)
                .install()
                .clientOnly()
                .dryRun()
                .withName("mooring")
                .withNamespace(NAMESPACE)
                .withKubeVersion(KUBERNETES)
                .withValuesFile(file)
                .call()
                .getOutput());
  }

  static String file(String name) {
    try {
      return Files.readString(ROOT.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String template(Path chart, String values, String release, String kubernetes) {
    return withValues(
        values,
        file ->
            new Helm(chart)
                .template()
                .withName(release)
                .withNamespace(NAMESPACE)
                .withKubeVersion(kubernetes)
                .withValuesFile(file)
                .call());
  }

  private static String withValues(String values, Function<Path, String> helm) {
    try {
      Path file = Files.createTempFile("values", ".yaml");
      try {
        Files.writeString(file, values);
        return helm.apply(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path copyWithoutHooks() {
    try (Stream<Path> files = Files.walk(DIRECTORY)) {
      Path copy = Files.createDirectories(Path.of("target/without-hooks").toAbsolutePath());
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = copy.resolve(DIRECTORY.relativize(file).toString());
        Files.createDirectories(target.resolveSibling("."));
        Files.writeString(
            target, Files.readString(file).replaceAll("(?m)^ *helm.sh/hook: .*\n", ""));
      }
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
