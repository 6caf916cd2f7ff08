package io.mooring.agent.volume;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** A lock per object, so that the reconciler and a call never work on one volume together. */
public final class KeyedLocks {
  private final Map<String, Counted> locks = new ConcurrentHashMap<>();

  /** A lock that is forgotten with its last user. */
  private static final class Counted {
    private final ReentrantLock lock = new ReentrantLock(true);
    private int users;
  }

  /** Waits for the object, at most until the deadline. */
  public <T> T hold(String key, Deadline deadline, Supplier<T> work) {
    Counted mine = enter(key);
    try {
      if (!deadline.grants(mine.lock::tryLock)) {
        throw Failure.deadlineExceeded(
            key + " was busy with the host's own repair work all the time; try again");
      }
      try {
        return work.get();
      } finally {
        mine.lock.unlock();
      }
    } finally {
      leave(key);
    }
  }

  /**
   * Waits for all of the objects, always in one order, so that two callers cannot block another.
   */
  public <T> T holdAll(Set<String> keys, Deadline deadline, Supplier<T> work) {
    return holdRest(List.copyOf(new TreeSet<>(keys)), deadline, work);
  }

  private <T> T holdRest(List<String> keys, Deadline deadline, Supplier<T> work) {
    return keys.isEmpty()
        ? work.get()
        : hold(
            keys.getFirst(),
            deadline,
            () -> holdRest(keys.subList(1, keys.size()), deadline, work));
  }

  /** Does the work if the object is free now; says whether it did. */
  public boolean tryHold(String key, Runnable work) {
    Counted mine = enter(key);
    try {
      if (!mine.lock.tryLock()) {
        return false;
      }
      try {
        work.run();
        return true;
      } finally {
        mine.lock.unlock();
      }
    } finally {
      leave(key);
    }
  }

  private Counted enter(String key) {
    return locks.compute(
        key,
        (_, present) -> {
          Counted counted = present == null ? new Counted() : present;
          counted.users++;
          return counted;
        });
  }

  private void leave(String key) {
    locks.computeIfPresent(key, (_, present) -> --present.users == 0 ? null : present);
  }
}
