package io.mooring.e2e.lab.tool;

import static java.util.Objects.requireNonNull;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/**
 * Tells the person who waits what is being done: one line per step, with the time since the start.
 */
public final class Progress {
  private final PrintStream out;
  private final long startedNanos;

  /** Lines go to {@code out}; the clock starts now. */
  public Progress(PrintStream out) {
    this.out = requireNonNull(out, "out is null");
    this.startedNanos = System.nanoTime();
  }

  /** Lines on standard output. */
  public static Progress toStandardOutput() {
    return new Progress(System.out);
  }

  /** Prints one step. */
  public void say(String step) {
    out.println(String.format(Locale.ROOT, "[%5.1f s] %s", elapsed().toMillis() / 1000.0, step));
    out.flush();
  }

  /** Time since this object was made. */
  public Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - startedNanos);
  }
}
