package io.mooring.agent;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.pool.Pool;
import io.mooring.agent.volume.Copies;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Goes on with copies in the background: one at a time in each pool that has any. */
final class Copier implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Copier.class);
  private static final Duration AFTER_SURPRISE = Duration.ofSeconds(10);
  private static final Duration LAST_PIECE = Duration.ofSeconds(10);

  private final Copies copies;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final List<Thread> threads;

  Copier(Copies copies, Collection<Pool> pools) {
    this.copies = requireNonNull(copies, "copies is null");
    threads =
        pools.stream()
            .filter(pool -> pool.copying().isPresent())
            .map(pool ->
                Thread.ofPlatform()
                    .name("copier-" + pool.name())
                    .daemon()
                    .unstarted(() -> loop(pool)))
            .toList();
  }

  void start() {
    threads.forEach(Thread::start);
  }

  private void loop(Pool pool) {
    try {
      Duration rest = Duration.ZERO;
      while (!stop.await(rest.toMillis(), TimeUnit.MILLISECONDS)) {
        rest = step(pool);
      }
    } catch (InterruptedException e) {
      LOG.debug("the copier of pool {} was interrupted", pool.name());
    }
  }

  private Duration step(Pool pool) {
    try {
      return copies.step(pool);
    } catch (RuntimeException e) {
      LOG.error("a copy in pool {} failed unexpectedly; it is repeated", pool.name(), e);
      return AFTER_SURPRISE;
    }
  }

  /** Gives the pieces under way a moment to end, and then ends their children. */
  @Override
  public void close() {
    stop.countDown();
    try {
      for (Thread thread : threads) {
        if (!thread.join(LAST_PIECE)) {
          thread.interrupt();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
