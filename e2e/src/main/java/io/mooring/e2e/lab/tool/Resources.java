package io.mooring.e2e.lab.tool;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Scripts that run inside VMs, each kept as a file of its own beside the class that runs it. */
public final class Resources {
  private Resources() {}

  /** The text of a file in the package of that class. */
  public static String text(Class<?> beside, String name) {
    try (InputStream in = requireNonNull(beside.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
