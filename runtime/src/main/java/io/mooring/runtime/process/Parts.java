package io.mooring.runtime.process;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a running process consists of, in the order in which it was started; stopped in reverse.
 * Parts are added by the thread that starts the process.
 */
public final class Parts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Parts.class);

  private final Deque<Part> started = new ArrayDeque<>();

  private record Part(String name, AutoCloseable closeable) {}

  Parts() {}

  /**
   * Remembers a part that has been started.
   *
   * @param name for the log when it does not stop well
   * @return the part
   */
  public synchronized <T extends AutoCloseable> T add(String name, T part) {
    started.push(new Part(name, part));
    return part;
  }

  /** Stops everything, the newest first; one that fails does not keep the others running. */
  @Override
  public synchronized void close() {
    while (!started.isEmpty()) {
      Part part = started.pop();
      try {
        LOG.debug("stopping: {}", part.name());
        part.closeable().close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        LOG.warn("interrupted while stopping: {}", part.name());
      } catch (Exception e) {
        LOG.warn("did not stop well: {}", part.name(), e);
      }
    }
  }
}
