package io.mooring.e2e.suite;

import static java.util.Objects.requireNonNull;

import io.mooring.csi.v1.Snapshot;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * A directory pool on ext4, which shares no blocks between files, for as long as a test needs it.
 */
final class PlainPool implements AutoCloseable {
  static final String NAME = "plain";

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Poll LOOK = new Poll(Duration.ofMillis(200), Duration.ofSeconds(1));

  private final Mooring mooring;

  private PlainPool(Mooring mooring) {
    this.mooring = requireNonNull(mooring, "mooring is null");
  }

  /**
   * Makes it and has the agent serve it.
   *
   * @param copyRate in MiB per second
   */
  static PlainPool make(Mooring mooring, int copyRate) {
    PlainPool pool = new PlainPool(mooring);
    pool.onStorageHost(
        """
        set -e
        lvcreate -q -y -W y -L 1500m -n plain mooring
        mkfs.ext4 -q /dev/mooring/plain
        mkdir -p /srv/plain
        mount /dev/mooring/plain /srv/plain
        mkdir /srv/plain/mooring
        """);
    mooring
        .agent()
        .configure(
            """
            pool.%1$s.backend = file
            pool.%1$s.directory = /srv/plain/mooring
            pool.%1$s.copy-rate = %2$d
            """
                .formatted(NAME, copyRate));
    mooring.restartAgent();
    return pool;
  }

  String onStorageHost(String script) {
    return mooring.agent().vm().shell().check(script);
  }

  /** Waits until a copy has so much on the disk and is not whole. */
  void awaitHalf(int mib) {
    await(
        "a half-made copy",
        () ->
            mooring
                .agent()
                .vm()
                .shell()
                .run(
                    "test \"$(du -cm /srv/plain/mooring/snapshots/*.half | tail -n 1 | cut -f 1)\" -ge "
                        + mib)
                .succeeded());
  }

  /** Asks for the snapshot, as csi-snapshotter does, until it is ready. */
  Snapshot awaitReady(String name, String volumeId) {
    Calls.untilOk(() -> mooring.controller().snapshot(name, volumeId));
    await(
        "snapshot " + name + " is ready",
        () -> mooring.controller().snapshot(name, volumeId).getReadyToUse());
    return mooring.controller().snapshot(name, volumeId);
  }

  private static void await(String what, BooleanSupplier reached) {
    if (!LOOK.until(Deadline.after(PATIENCE), reached)) {
      throw new AssertionError("not within " + PATIENCE + ": " + what);
    }
  }

  @Override
  public void close() {
    mooring.agent().unit().disarm();
    mooring.agent().configure("");
    mooring.agent().unit().stop();
    onStorageHost(
        "umount /srv/plain; rmdir /srv/plain; lvremove -q -y mooring/plain; rm -f /var/lib/mooring-agent/pools/plain.json");
    mooring.restartAgent();
  }
}
