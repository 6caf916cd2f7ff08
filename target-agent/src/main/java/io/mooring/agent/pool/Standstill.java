package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Volumes that stand still together: every write that was answered before is in all of them, and no
 * later one gets there until it ends. Pods wait meanwhile, so it ends by itself at its limit,
 * whatever its user is waiting for; the user is then told that it was broken off.
 */
final class Standstill implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Standstill.class);
  private static final Duration EACH = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Poll AGAIN = new Poll(Duration.ofMillis(100), Duration.ofSeconds(1));

  private final DeviceMapper mapper;
  private final List<String> names;
  private final Duration limit;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicBoolean brokenOff = new AtomicBoolean();

  private Standstill(DeviceMapper mapper, List<String> names, Duration limit) {
    this.mapper = requireNonNull(mapper, "mapper is null");
    this.names = List.copyOf(names);
    this.limit = requireNonNull(limit, "limit is null");
  }

  /**
   * Stops them. All stand still when this returns; none does when it throws.
   *
   * @param names of device-mapper
   * @throws Failure DEADLINE_EXCEEDED or UNAVAILABLE when that alone takes too long
   */
  static Standstill of(DeviceMapper mapper, List<String> names, Duration limit) {
    Standstill standstill = new Standstill(mapper, names, limit);
    Thread.ofPlatform().name("standstill").daemon().start(standstill::endAtLimit);
    try {
      mapper.suspend(names, Deadline.after(limit));
      standstill.require(names);
      return standstill;
    } catch (RuntimeException e) {
      standstill.close();
      throw e;
    }
  }

  private void endAtLimit() {
    try {
      if (!ended.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
        brokenOff.set(true);
        LOG.warn("{} stood still for {}, which is too long, and go on", names, limit);
        resumeAll();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Proves that these have stood still until now.
   *
   * @throws Failure UNAVAILABLE when they have not
   */
  void require(List<String> still) {
    // In this order: it is broken off before the first goes on.
    boolean suspended = mapper.areSuspended(still);
    if (brokenOff.get()) {
      throw Failure.unavailable(
          "the volumes had to be held still for more than %d ms, and pods must not wait for longer; try again when the host has less to do"
              .formatted(limit.toMillis()));
    }
    if (!suspended) {
      throw Failure.unavailable(
          "one of %s has been resumed by somebody else; try again when nobody works on it with LVM or dmsetup"
              .formatted(still));
    }
  }

  /** Lets all go on, the last one first. */
  @Override
  public void close() {
    ended.countDown();
    resumeAll();
  }

  private void resumeAll() {
    if (!AGAIN.until(Deadline.after(PATIENCE), this::resumed)) {
      LOG.error("{} cannot be resumed; try it with dmsetup resume", mapper.suspendedAmong(names));
    }
  }

  /** All are told to go on, whatever they are seen to do: one may be about to be suspended. */
  private boolean resumed() {
    try {
      mapper.resume(names.reversed(), Deadline.after(EACH));
    } catch (RuntimeException e) {
      LOG.warn("{} may stand still: {}", names, e.toString());
    }
    return mapper.suspendedAmong(names).isEmpty();
  }
}
