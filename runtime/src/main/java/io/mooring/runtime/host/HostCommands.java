package io.mooring.runtime.host;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs programs as real child processes, with a bare environment. Output beyond the limits of
 * {@link CommandResult} is read and dropped, so that a talkative child never blocks.
 */
public final class HostCommands implements CommandRunner {
  private static final Logger LOG = LoggerFactory.getLogger(HostCommands.class);

  private static final String SEARCH_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final int MAX_STDOUT_BYTES = 4 * 1024 * 1024;
  private static final int MAX_STDERR_BYTES = 64 * 1024;

  /**
   * A daemon that the child left behind may hold the pipes open for ever; what the child itself
   * wrote is read within milliseconds of its end.
   */
  private static final Duration LAST_OUTPUT = Duration.ofSeconds(2);

  private final List<String> prefix;
  private final Function<Process, List<String>> end;
  private final Survivors survivors = new Survivors();

  /** Runs programs of the file system that this process sees. */
  public HostCommands() {
    this(List.of());
  }

  /**
   * Runs programs through another one.
   *
   * @param prefix comes before each argv, for example {@code chroot /host}; empty for none
   */
  public HostCommands(List<String> prefix) {
    this(prefix, process -> new ProcessTree(process).end());
  }

  /**
   * @param end kills a process and its children, and says which of them survive
   */
  HostCommands(List<String> prefix, Function<Process, List<String>> end) {
    this.prefix = List.copyOf(requireNonNull(prefix, "prefix is null"));
    this.end = requireNonNull(end, "end is null");
  }

  @Override
  public CommandResult run(Command command, Deadline deadline) {
    Duration given = given(command, deadline);
    survivors.requireNone(command);
    long startedNanos = System.nanoTime();
    Process process = start(command);
    Drain stdout;
    Drain stderr;
    try {
      stdout = drain(command, "stdout", process.getInputStream(), MAX_STDOUT_BYTES);
      stderr = drain(command, "stderr", process.getErrorStream(), MAX_STDERR_BYTES);
      feed(command, process);
    } catch (Error e) { // no thread is left: nobody would read what it says, nor end it
      var _ = end.apply(process);
      throw e;
    }
    boolean ended = await(command, process, given);
    if (!ended) {
      throw kill(command, process, given);
    }
    stdout.awaitEnd(LAST_OUTPUT);
    stderr.awaitEnd(LAST_OUTPUT);
    CommandResult result =
        new CommandResult(
            process.exitValue(),
            stdout.text(command.charset()),
            stderr.text(StandardCharsets.UTF_8));
    LOG.debug(
        "ran in {} ms, exit code {}: {}",
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos),
        result.exitCode(),
        command);
    return checkFoundByPrefix(command, result);
  }

  @Override
  public CommandResult stream(Command command, Deadline deadline, OutputReader reader) {
    Duration given = given(command, deadline);
    survivors.requireNone(command);
    Process process = start(command);
    Drain stderr = drain(command, "stderr", process.getErrorStream(), MAX_STDERR_BYTES);
    feed(command, process);
    StreamedChild child =
        StreamedChild.watched(command, process, () -> endAtLimit(command, process, given));
    Optional<IOException> misread = child.read(reader);
    stderr.awaitEnd(LAST_OUTPUT);
    CommandResult result =
        new CommandResult(process.exitValue(), "", stderr.text(StandardCharsets.UTF_8));
    if (result.succeeded() && misread.isPresent()) {
      throw CommandRunner.unreadable(command, misread.get());
    }
    return checkFoundByPrefix(command, result);
  }

  private Optional<Failure> endAtLimit(Command command, Process process, Duration given) {
    return await(command, process, given)
        ? Optional.empty()
        : Optional.of(kill(command, process, given));
  }

  private static Duration given(Command command, Deadline deadline) {
    Duration given = deadline.remaining();
    if (given.isZero()) {
      throw Failure.deadlineExceeded(
          command.program() + " was not started because no time was left; try again");
    }
    return given;
  }

  private Process start(Command command) {
    List<String> argv = new ArrayList<>(prefix);
    argv.addAll(command.argv());
    // The JDK would search the PATH that this process was started with, not the child's.
    argv.set(0, locate(argv.getFirst()));
    ProcessBuilder builder = new ProcessBuilder(argv);
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("LC_ALL", "C");
    environment.put("PATH", SEARCH_PATH);
    if (command.input().isEmpty()) {
      builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    }
    try {
      return builder.start();
    } catch (IOException e) {
      throw notStarted(command, e);
    }
  }

  private static String locate(String program) {
    if (program.contains("/")) {
      return program;
    }
    for (String directory : SEARCH_PATH.split(":", -1)) {
      Path candidate = Path.of(directory, program);
      if (Files.isExecutable(candidate) && !Files.isDirectory(candidate)) {
        return candidate.toString();
      }
    }
    throw missing(program);
  }

  private static Failure notStarted(Command command, IOException e) {
    String reason = String.valueOf(e.getMessage());
    if (reason.contains("spawn helper")) {
      // The JDK's own helper program no longer fits the running JVM: its package was updated.
      return Failure.internal(
          command.program()
              + " could not be started because the Java runtime was replaced under this process;"
              + " restart this process",
          e);
    }
    if (reason.contains("error: 2 (") || reason.contains("error=2,")) {
      return missing(command.program());
    }
    return Failure.internal(command.program() + " could not be started: " + reason, e);
  }

  private static Failure missing(String program) {
    return Failure.failedPrecondition(
        "the program " + program + " is missing; install it on this host");
  }

  /** chroot, nsenter and their like answer 127 when they do not find what they should run. */
  private CommandResult checkFoundByPrefix(Command command, CommandResult result) {
    if (!prefix.isEmpty() && result.exitCode() == 127) {
      throw missing(command.program());
    }
    return result;
  }

  private static Drain drain(Command command, String stream, InputStream from, int limit) {
    Drain drain = new Drain(from, limit);
    drain.start(command.program() + "-" + stream);
    return drain;
  }

  private static void feed(Command command, Process process) {
    if (command.input().isEmpty()) {
      return;
    }
    Thread.ofPlatform()
        .daemon()
        .name(command.program() + "-stdin")
        .start(() -> {
          try (OutputStream to = process.getOutputStream()) {
            to.write(command.input().getBytes(command.charset()));
          } catch (IOException e) {
            LOG.debug("{} did not read all of its input: {}", command.program(), e.toString());
          }
        });
  }

  private boolean await(Command command, Process process, Duration given) {
    try {
      return process.waitFor(given.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      var _ = end.apply(process);
      Thread.currentThread().interrupt();
      throw Failure.unavailable(
          command.program() + " was ended because the process is stopping; try again");
    }
  }

  private Failure kill(Command command, Process process, Duration given) {
    List<String> surviving = end.apply(process);
    survivors.add(command, process);
    String limit = "%.1f s".formatted(given.toMillis() / 1000.0);
    // Arguments can hold mount options, which CSI counts among secrets.
    LOG.warn("not ended within {}, killed: {}; survivors: {}", limit, command.program(), surviving);
    if (surviving.isEmpty()) {
      return Failure.deadlineExceeded(
          "%s was killed because it had not ended within %s; look whether a device of this host hangs"
              .formatted(command.program(), limit));
    }
    return Failure.deadlineExceeded(
        "%s had not ended within %s and survives its kill in the kernel (%s); find the device that"
                .formatted(command.program(), limit, String.join(", ", surviving))
            + " does not answer in this host's kernel log");
  }
}
