package io.mooring.e2e.lab.tool;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs a program of this machine whose output a person may want to read later: it all goes to a log
 * file, line by line, while the program runs.
 */
public final class HostTool {
  private final Path log;

  /** Output is appended to {@code log}. */
  public HostTool(Path log) {
    this.log = requireNonNull(log, "log is null");
  }

  /** Whether this process, and so each program that it runs, may do everything. */
  public static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  /** Runs to the end; see {@link #run(List, Deadline, Consumer)}. */
  public void run(List<String> argv, Deadline deadline) {
    run(argv, deadline, line -> {});
  }

  /**
   * Runs to the end.
   *
   * @param argv program, looked up on the PATH, and arguments
   * @param watcher sees each line of output
   * @throws Failure INTERNAL when the program ends with another code than 0, DEADLINE_EXCEEDED when
   *     it was killed; both name the log
   */
  public void run(List<String> argv, Deadline deadline, Consumer<String> watcher) {
    String program = argv.getFirst();
    Process process = start(argv);
    // The read of a pipe would keep the carrier of a virtual thread.
    Thread reader =
        Thread.ofPlatform().daemon().name(program + "-output").start(() -> drain(process, watcher));
    try {
      if (!process.waitFor(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
        end(process);
        throw Failure.deadlineExceeded(
            program + " was killed because its time was over; its output is in " + log);
      }
      reader.join();
    } catch (InterruptedException e) {
      end(process);
      Thread.currentThread().interrupt();
      throw Failure.unavailable(program + " was ended because the lab is stopping; start it again");
    }
    if (process.exitValue() != 0) {
      throw Failure.internal(
          "%s ended with exit code %d; its output is in %s"
              .formatted(program, process.exitValue(), log));
    }
  }

  private Process start(List<String> argv) {
    ProcessBuilder builder = new ProcessBuilder(argv).redirectErrorStream(true);
    builder.redirectInput(Path.of("/dev/null").toFile());
    builder.environment().put("LC_ALL", "C.UTF-8");
    // mke2fs lies outside the PATH of an ordinary user.
    builder.environment().merge("PATH", ":/usr/sbin:/sbin", String::concat);
    try {
      return builder.start();
    } catch (IOException e) {
      throw Failure.failedPrecondition(
          "the program %s could not be started (%s); run e2e/lab-tools, which says what to install"
              .formatted(argv.getFirst(), e.getMessage()));
    }
  }

  private void drain(Process process, Consumer<String> watcher) {
    try (BufferedReader from = process.inputReader(StandardCharsets.UTF_8);
        Writer to =
            Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (String line = from.readLine(); line != null; line = from.readLine()) {
        to.write(line);
        to.write('\n');
        to.flush();
        watcher.accept(line);
      }
    } catch (IOException e) {
      watcher.accept("output of the program could not be logged: " + e);
    }
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
