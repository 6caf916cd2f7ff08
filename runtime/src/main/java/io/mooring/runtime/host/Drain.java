package io.mooring.runtime.host;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a child's output to its end on a thread of its own and keeps the beginning. */
final class Drain implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

  private final InputStream from;
  private final int limit;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private final CountDownLatch ended = new CountDownLatch(1);

  /**
   * @param limit how many bytes to keep
   */
  Drain(InputStream from, int limit) {
    this.from = from;
    this.limit = limit;
  }

  void start(String threadName) {
    // A platform thread: a pipe is read with a blocking system call.
    Thread.ofPlatform().daemon().name(threadName).start(this);
  }

  @Override
  public void run() {
    byte[] chunk = new byte[8192];
    try {
      for (int count = from.read(chunk); count >= 0; count = from.read(chunk)) {
        keep(chunk, count);
      }
    } catch (IOException e) {
      LOG.debug("output ends early: {}", e.toString());
    } finally {
      ended.countDown();
    }
  }

  private void keep(byte[] chunk, int count) {
    synchronized (kept) {
      kept.write(chunk, 0, Math.min(count, limit - kept.size()));
    }
  }

  /** Waits for the end of the stream, at most that long. */
  void awaitEnd(Duration longest) {
    try {
      if (!ended.await(longest.toNanos(), TimeUnit.NANOSECONDS)) {
        LOG.debug("something still holds the output of an ended child");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What was kept so far. */
  String text(Charset charset) {
    synchronized (kept) {
      return kept.toString(charset);
    }
  }
}
