package io.mooring.charts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of the repository that is made from the chart. */
record Generated(String name) {
  /** Fails when the file differs; {@code make manifests} writes it instead. */
  void mustBe(String content) {
    if (Boolean.getBoolean("mooring.manifests.write")) {
      Path file = Chart.ROOT.resolve(name);
      try {
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, content);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    assertThat(Chart.file(name))
        .as("%s is not what the chart makes; run `make manifests` and commit the result", name)
        .isEqualTo(content);
  }
}
