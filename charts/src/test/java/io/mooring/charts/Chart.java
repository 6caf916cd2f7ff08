package io.mooring.charts;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

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

  private Chart() {}

  /** All objects, hooks among them; every one fits its API type. */
  static Rendered render(String values) {
    return Rendered.parse(template(values));
  }

  /**
   * The text that {@code helm template} prints.
   *
   * @param values YAML, on top of the chart's values
   * @throws IllegalStateException with Helm's words when it refuses
   */
  static String template(String values) {
    return template(values, "mooring");
  }

  static String template(String values, String release) {
    return withFile(values, file -> command(release).withValuesFile(file).call());
  }

  /** What Helm's linter says, with its warnings counted as failures. */
  static LintResult lint() {
    return new Helm(DIRECTORY).lint().strict().call();
  }

  static String file(String name) {
    try {
      return Files.readString(ROOT.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TemplateCommand command(String release) {
    return new Helm(DIRECTORY)
        .template()
        .withName(release)
        .withNamespace(NAMESPACE)
        .withKubeVersion(KUBERNETES);
  }

  private interface WithFile {
    String apply(Path file);
  }

  private static String withFile(String content, WithFile use) {
    try {
      Path file = Files.createTempFile("values", ".yaml");
      try {
        Files.writeString(file, content);
        return use.apply(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
