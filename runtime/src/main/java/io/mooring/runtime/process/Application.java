package io.mooring.runtime.process;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.config.Launch;
import io.mooring.runtime.config.Option;
import io.mooring.runtime.config.Settings;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.log.Logging;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a process. Exit codes: 0 after {@code --help}, {@code --version} or a stop by SIGTERM
 * or SIGINT; 1 when it could not start, with one sentence on standard error that says why.
 */
public final class Application {
  private static final Logger LOG = LoggerFactory.getLogger(Application.class);

  /** Every process has this option, whether it lists it or not. */
  public static final Option LOG_LEVEL =
      Option.of(
          "log-level",
          "info",
          "From which level on to log: " + String.join(", ", Logging.LEVELS) + ".");

  private final String name;
  private final List<Option> options;
  private final Assembly assembly;

  /** Builds and starts the parts of a process, in order. */
  @FunctionalInterface
  public interface Assembly {
    /**
     * Starts the process.
     *
     * @param parts takes each part as soon as it runs, so that it is stopped whatever comes next
     * @throws Failure why it cannot start, in one sentence
     */
    void start(Settings settings, Parts parts) throws Exception;
  }

  Application(String name, List<Option> options, Assembly assembly) {
    this.name = requireNonNull(name, "name is null");
    this.options = withLogLevel(options);
    this.assembly = requireNonNull(assembly, "assembly is null");
  }

  /**
   * What a main method consists of. Does not return.
   *
   * @param name of the process, such as {@code mooring-agent}
   */
  public static void main(String name, List<Option> options, String[] args, Assembly assembly) {
    Application application = new Application(name, options, assembly);
    System.exit(application.run(args, System.getenv(), System.out, System.err));
  }

  /** The given options and {@link #LOG_LEVEL}: what docs/options.md tells of a process. */
  public static List<Option> withLogLevel(List<Option> options) {
    boolean listed = options.stream().anyMatch(option -> option.key().equals(LOG_LEVEL.key()));
    return listed
        ? List.copyOf(options)
        : Stream.concat(options.stream(), Stream.of(LOG_LEVEL)).toList();
  }

  /** From start to stop; returns the exit code. */
  int run(String[] args, Map<String, String> environment, PrintStream out, PrintStream err) {
    Optional<String> text = Launch.textInsteadOfStart(name, Version.current(), options, args);
    if (text.isPresent()) {
      out.print(text.get());
      out.flush();
      return 0;
    }
    try (Parts parts = new Parts()) {
      start(args, environment, parts);
      StopSignal stop = StopSignal.install();
      LOG.info("{} runs", name);
      stop.await();
      LOG.info("{} stops", name);
    } catch (Failure e) {
      LOG.debug("could not start", e);
      err.println(name + " could not start: " + e.sentence());
      return 1;
    } catch (Exception e) {
      // A mistake of ours: here the stack is the message.
      LOG.error("could not start", e);
      err.println(name + " could not start: unexpected error: " + e);
      return 1;
    }
    LOG.info("{} has stopped", name);
    return 0;
  }

  private void start(String[] args, Map<String, String> environment, Parts parts) throws Exception {
    Settings settings = Settings.load(options, args, environment);
    Logging.configure(settings.text(LOG_LEVEL.key()));
    LOG.info("{} {} starts with {}", name, Version.current(), settings.effective());
    assembly.start(settings, parts);
  }
}
