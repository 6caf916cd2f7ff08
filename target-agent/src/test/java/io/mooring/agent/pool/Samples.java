package io.mooring.agent.pool;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Output of real programs: LVM 2.03.31 and util-linux 2.41 on Debian trixie. */
final class Samples {
  private Samples() {}

  static String read(String name) throws IOException {
    try (InputStream in = Samples.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
