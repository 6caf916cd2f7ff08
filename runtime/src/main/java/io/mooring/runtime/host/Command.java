package io.mooring.runtime.host;

import static java.util.Objects.requireNonNull;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A program with its arguments; never a shell string.
 *
 * @param argv program and arguments, at least one entry; no secrets, since every user of the host
 *     can read them
 * @param input what the child reads on standard input; empty for none
 * @param charset how its standard input and output are written
 */
public record Command(List<String> argv, String input, Charset charset) {
  public Command {
    argv = List.copyOf(argv);
    requireNonNull(input, "input is null");
    requireNonNull(charset, "charset is null");
    if (argv.isEmpty()) {
      throw new IllegalArgumentException("argv is empty");
    }
  }

  public static Command of(String... argv) {
    return of(Arrays.asList(argv));
  }

  public static Command of(List<String> argv) {
    return new Command(argv, "", StandardCharsets.UTF_8);
  }

  /** The same command with something on its standard input. */
  public Command withInput(String text) {
    return new Command(argv, text, charset);
  }

  /** The same command, which reads and writes bytes and not text: each of them is one char. */
  public Command binary() {
    return new Command(argv, input, StandardCharsets.ISO_8859_1);
  }

  /** The program's own name, for messages. */
  public String program() {
    String path = argv.getFirst();
    return path.substring(path.lastIndexOf('/') + 1);
  }

  @Override
  public String toString() {
    return String.join(" ", argv);
  }
}
