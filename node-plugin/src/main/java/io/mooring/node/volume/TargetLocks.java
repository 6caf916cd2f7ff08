package io.mooring.node.volume;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * One lock per target: whoever looks for sessions or brings up disks shares it, whoever logs out
 * has it alone. Without it a log-out could pull the session from under another volume's attach. The
 * shared side may be given back by another thread than the one that took it.
 */
public final class TargetLocks {
  private static final int ALL = Integer.MAX_VALUE;

  private final ConcurrentHashMap<String, Semaphore> locks = new ConcurrentHashMap<>();

  /** Held until closed. */
  public interface Held extends AutoCloseable {
    @Override
    void close();
  }

  /** Waits for a log-out under way, which is bounded. */
  public Held share(String iqn, Deadline deadline) {
    Semaphore lock = lock(iqn);
    if (!deadline.grants(lock::tryAcquire)) {
      throw Failure.deadlineExceeded("target " + iqn + " is being logged out; try again");
    }
    return lock::release;
  }

  /** Empty while anybody shares it; never waits. */
  public Optional<Held> exclusive(String iqn) {
    Semaphore lock = lock(iqn);
    return lock.tryAcquire(ALL) ? Optional.of(() -> lock.release(ALL)) : Optional.empty();
  }

  private Semaphore lock(String iqn) {
    return locks.computeIfAbsent(iqn, name -> new Semaphore(ALL));
  }
}
