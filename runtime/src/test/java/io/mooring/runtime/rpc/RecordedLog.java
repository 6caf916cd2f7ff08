package io.mooring.runtime.rpc;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Records what a class logs, at all levels, and keeps it out of the test's output. */
final class RecordedLog extends Handler implements AutoCloseable {
  private final Logger logger;
  private final List<LogRecord> records = new CopyOnWriteArrayList<>();

  RecordedLog(Class<?> of) {
    logger = Logger.getLogger(of.getName());
    logger.setLevel(Level.ALL);
    logger.setUseParentHandlers(false);
    logger.addHandler(this);
    setLevel(Level.ALL);
  }

  List<LogRecord> records() {
    return records;
  }

  /** "LEVEL message" of each record. */
  List<String> lines() {
    return records.stream()
        .map(record -> record.getLevel() + " " + new SimpleFormatter().formatMessage(record))
        .toList();
  }

  @Override
  public void publish(LogRecord record) {
    records.add(record);
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
    logger.setUseParentHandlers(true);
    logger.setLevel(null);
  }
}
