package io.mooring.runtime.log;

import io.mooring.runtime.failure.Failure;
import java.io.OutputStream;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;

/**
 * Sets java.util.logging up, which SLF4J and gRPC both write to. The level of our own loggers is
 * the option's; libraries speak from "info" on, Netty and gRPC from "warn" on.
 */
public final class Logging {
  /** The words of the option {@code log-level}. */
  public static final List<String> LEVELS = List.of("error", "warn", "info", "debug", "trace");

  // The log manager holds loggers weakly, and a level goes with its logger.
  private static final Logger ROOT = Logger.getLogger("");
  private static final Logger OURS = Logger.getLogger("io.mooring");
  private static final Logger GRPC = Logger.getLogger("io.grpc");
  private static final Logger NETTY = Logger.getLogger("io.netty");
  // Warns at each connection to a Unix socket that it has no TCP options.
  private static final Logger NETTY_BOOTSTRAP = Logger.getLogger("io.netty.bootstrap");

  private Logging() {}

  /**
   * Logs to standard error from that level on.
   *
   * @param level one of {@link #LEVELS}
   */
  public static void configure(String level) {
    configure(level, System.err);
  }

  static void configure(String level, OutputStream out) {
    Level own = level(level);
    LogManager.getLogManager().reset();
    ROOT.addHandler(new Lines(out));
    ROOT.setLevel(own.intValue() > Level.INFO.intValue() ? own : Level.INFO);
    OURS.setLevel(own);
    GRPC.setLevel(Level.WARNING);
    NETTY.setLevel(Level.WARNING);
    NETTY_BOOTSTRAP.setLevel(Level.SEVERE);
  }

  private static Level level(String word) {
    return switch (word) {
      case "error" -> Level.SEVERE;
      case "warn" -> Level.WARNING;
      case "info" -> Level.INFO;
      case "debug" -> Level.FINE;
      case "trace" -> Level.FINEST;
      default ->
          throw Failure.invalidArgument(
              "log-level = '%s' is not one of %s".formatted(word, String.join(", ", LEVELS)));
    };
  }

  /** Each line is out before the next one is made: the last ones before a crash count most. */
  private static final class Lines extends Handler {
    private final StreamHandler handler;

    private Lines(OutputStream out) {
      this.handler = new StreamHandler(out, new JsonLines());
      handler.setLevel(Level.ALL);
      try {
        handler.setEncoding(StandardCharsets.UTF_8.name());
      } catch (UnsupportedEncodingException e) {
        throw new IllegalStateException("every JDK has UTF-8", e);
      }
    }

    @Override
    public void publish(LogRecord record) {
      handler.publish(record);
      handler.flush();
    }

    @Override
    public void flush() {
      handler.flush();
    }

    /** Standard error stays open: the log manager closes its handlers at each reset. */
    @Override
    public void close() {
      handler.flush();
    }
  }
}
