package io.mooring.e2e.lab.qemu;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The cables of the lab: for each path, one between the storage VM and each worker. The storage VM
 * listens, and bridges the cables of a path.
 */
public final class PathNetworks {
  private final Path sockets;
  private final int workers;

  /**
   * Cables for this many workers.
   *
   * @param sockets a directory with a short name
   */
  public PathNetworks(Path sockets, int workers) {
    this.sockets = requireNonNull(sockets, "sockets is null");
    this.workers = workers;
  }

  /** The storage VM's ends. */
  public List<Cable> storageEnds() {
    List<Cable> ends = new ArrayList<>();
    for (StoragePath path : StoragePath.values()) {
      for (int worker = 1; worker <= workers; worker++) {
        ends.add(
            new Cable(portName(path, worker), socket(path, worker), true, mac(path, 0, worker)));
      }
    }
    return ends;
  }

  /** One worker's ends. */
  public List<Cable> workerEnds(int worker) {
    List<Cable> ends = new ArrayList<>();
    for (StoragePath path : StoragePath.values()) {
      ends.add(new Cable(path.device(), socket(path, worker), false, mac(path, 1, worker)));
    }
    return ends;
  }

  /** The storage VM's network card, and interface, at the other end of a worker's cable. */
  public static String portName(StoragePath path, int worker) {
    return path.device() + "-w" + worker;
  }

  private Path socket(StoragePath path, int worker) {
    return sockets.resolve(path.letter() + worker);
  }

  /**
   * The script lab-setup in the image reads these: 0a is path a, 0b path b, the last byte the
   * worker.
   */
  private static String mac(StoragePath path, int end, int worker) {
    return "52:54:00:0%s:%02x:%02x".formatted(path.letter(), end, worker);
  }
}
