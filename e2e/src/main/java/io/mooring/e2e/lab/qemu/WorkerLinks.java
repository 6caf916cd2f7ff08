package io.mooring.e2e.lab.qemu;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The cables between workers that talk to each other, as the nodes of a cluster do: one between
 * each two, beside the paths and untouched by what happens to those. The one with the lower number
 * listens.
 */
public final class WorkerLinks {
  private final Path sockets;
  private final int workers;

  /**
   * Cables for this many workers.
   *
   * @param sockets a directory with a short name
   */
  public WorkerLinks(Path sockets, int workers) {
    this.sockets = requireNonNull(sockets, "sockets is null");
    this.workers = workers;
  }

  /** One worker's ends. */
  public List<Cable> ends(int worker) {
    List<Cable> ends = new ArrayList<>();
    for (int other = 1; other <= workers; other++) {
      if (other != worker) {
        ends.add(
            new Cable("peer" + other, socket(worker, other), worker < other, mac(worker, other)));
      }
    }
    return ends;
  }

  private Path socket(int one, int other) {
    return sockets.resolve("l" + Math.min(one, other) + "-" + Math.max(one, other));
  }

  /** The fourth byte is for these cables, the last one the worker at the other end. */
  private static String mac(int worker, int other) {
    return "52:54:00:0c:%02x:%02x".formatted(worker, other);
  }
}
