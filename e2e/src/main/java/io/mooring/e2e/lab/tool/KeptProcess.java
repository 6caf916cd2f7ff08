package io.mooring.e2e.lab.tool;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program as a child that cannot outlive this process, however it ends: a small shell between the
 * two waits for its standard input to be closed, which the kernel does for a killed JVM as well,
 * and kills the program then.
 */
public final class KeptProcess implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeptProcess.class);
  private static final Duration END_LIMIT = Duration.ofSeconds(10);

  /**
   * The program and its arguments follow as the positional parameters. A signal to the whole
   * process group, such as ctrl-C, ends the reading, too: without the trap it would end the shell
   * alone.
   */
  private static final String KEEPER =
      "trap : INT TERM HUP; \"$@\" & read -r word; kill -KILL $!; wait $!";

  private final Process keeper;

  private KeptProcess(Process keeper) {
    this.keeper = requireNonNull(keeper, "keeper is null");
  }

  /**
   * Starts it.
   *
   * @param log where its output is appended
   * @throws Failure FAILED_PRECONDITION when it cannot be started
   */
  public static KeptProcess start(List<String> argv, Path log) {
    List<String> kept = new ArrayList<>(List.of("/bin/sh", "-c", KEEPER, "keeper"));
    kept.addAll(argv);
    ProcessBuilder builder = new ProcessBuilder(kept).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    try {
      return new KeptProcess(builder.start());
    } catch (IOException e) {
      throw Failure.failedPrecondition(
          "%s could not be started (%s); run e2e/lab-tools"
              .formatted(argv.getFirst(), e.getMessage()));
    }
  }

  /** Kills it. */
  @Override
  public void close() {
    try {
      keeper.getOutputStream().close();
      if (!keeper.waitFor(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("the keeper of a child, process {}, does not end", keeper.pid());
      }
    } catch (IOException e) {
      LOG.warn("closing the pipe to process {}: {}", keeper.pid(), e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
