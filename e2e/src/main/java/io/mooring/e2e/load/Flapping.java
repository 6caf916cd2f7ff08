package io.mooring.e2e.load;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.Lab;
import io.mooring.e2e.lab.qemu.StoragePath;
import io.mooring.runtime.time.Ticker;
import java.time.Duration;

/** A network card of the storage host that goes down and comes up again and again. */
public final class Flapping {
  private static final Duration DOWN = Duration.ofSeconds(3);
  private static final Duration UP = Duration.ofSeconds(7);

  private final Lab lab;
  private final int worker;

  /**
   * @param worker at the other end of its cable
   */
  public Flapping(Lab lab, int worker) {
    this.lab = requireNonNull(lab, "lab is null");
    this.worker = worker;
  }

  /** Goes on for about that time, and leaves the card up. */
  public void run(StoragePath path, Duration time) {
    Ticker ticker = Ticker.system();
    long end = ticker.nanos() + time.toNanos();
    while (ticker.nanos() < end) {
      lab.setStorageCard(worker, path, false);
      ticker.pause(DOWN);
      lab.setStorageCard(worker, path, true);
      ticker.pause(UP);
    }
  }
}
