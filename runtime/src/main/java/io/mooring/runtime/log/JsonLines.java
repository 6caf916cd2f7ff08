package io.mooring.runtime.log;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * A log record as one line of JSON: time, level, logger, message, and throwable if there is one.
 */
final class JsonLines extends Formatter {
  /** A stack in a loop of causes must not fill the disk. */
  private static final int MAX_STACK = 16 * 1024;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);

  @Override
  public String format(LogRecord record) {
    StringWriter line = new StringWriter();
    try (JsonWriter json = new JsonWriter(line)) {
      json.setHtmlSafe(false);
      json.beginObject();
      json.name("time").value(TIME.format(Instant.ofEpochMilli(record.getMillis())));
      json.name("level").value(level(record.getLevel()));
      json.name("logger").value(shortName(record.getLoggerName()));
      json.name("message").value(formatMessage(record));
      if (record.getThrown() != null) {
        json.name("throwable").value(stack(record.getThrown()));
      }
      json.endObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return line + "\n";
  }

  private static String level(Level level) {
    int value = level.intValue();
    if (value >= Level.SEVERE.intValue()) {
      return "error";
    }
    if (value >= Level.WARNING.intValue()) {
      return "warn";
    }
    if (value >= Level.INFO.intValue()) {
      return "info";
    }
    return value >= Level.FINE.intValue() ? "debug" : "trace";
  }

  private static String shortName(@Nullable String logger) {
    return logger == null ? "" : logger.substring(logger.lastIndexOf('.') + 1);
  }

  private static String stack(Throwable thrown) {
    StringWriter stack = new StringWriter();
    thrown.printStackTrace(new PrintWriter(stack));
    String text = stack.toString().stripTrailing();
    return text.length() <= MAX_STACK ? text : text.substring(0, MAX_STACK) + "...";
  }
}
