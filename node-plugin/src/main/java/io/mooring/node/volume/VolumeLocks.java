package io.mooring.node.volume;

import io.mooring.node.scsi.Wwid;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One lock per volume, between what the CO asks for, which waits, and the background, which never
 * does and steps aside when it is waited for.
 */
public final class VolumeLocks {
  private final ConcurrentHashMap<VolumeId, Counted> locks = new ConcurrentHashMap<>();

  /** A lock and how many hold or want it; dropped with the last, so that the table stays small. */
  private record Counted(ReentrantLock lock, int users) {
    Counted plus(int more) {
      return new Counted(lock, users + more);
    }
  }

  /** Held until closed, by the thread that took it. */
  public interface Held extends AutoCloseable {
    /** Whether somebody waits for it. */
    boolean wanted();

    @Override
    void close();
  }

  /** Waits for the background's step under way, which is bounded. */
  public Held take(VolumeId volume, Deadline deadline) {
    ReentrantLock lock = enter(volume);
    try {
      if (lock.tryLock(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
        return held(volume, lock);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      leave(volume);
      throw Failure.unavailable("the process is stopping; try again when it is back");
    }
    leave(volume);
    throw Failure.aborted(
        volume + ": a path of it is still being added in the background; try again");
  }

  /** Empty when it is taken; never waits. */
  public Optional<Held> tryTake(VolumeId volume) {
    ReentrantLock lock = enter(volume);
    if (lock.tryLock()) {
      return Optional.of(held(volume, lock));
    }
    leave(volume);
    return Optional.empty();
  }

  /** Whether somebody has, or waits for, a volume of that WWID. */
  boolean anyOf(Wwid wwid) {
    return locks.keySet().stream().anyMatch(volume -> volume.wwid().equals(wwid));
  }

  private Held held(VolumeId volume, ReentrantLock lock) {
    return new Held() {
      @Override
      public boolean wanted() {
        return lock.hasQueuedThreads();
      }

      @Override
      public void close() {
        lock.unlock();
        leave(volume);
      }
    };
  }

  private ReentrantLock enter(VolumeId volume) {
    Counted counted =
        locks.compute(
            volume,
            (id, known) -> known == null ? new Counted(new ReentrantLock(), 1) : known.plus(1));
    return counted.lock();
  }

  private void leave(VolumeId volume) {
    locks.computeIfPresent(volume, (id, known) -> known.users() == 1 ? null : known.plus(-1));
  }
}
