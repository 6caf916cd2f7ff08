package io.mooring.e2e.lab;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a lab consists of beside the storage VM.
 *
 * @param workers how many; each VM costs processor time
 * @param workerMemoryMiB of each
 * @param reachesHost whether the VMs can connect to ports of this machine
 * @param linked whether each worker has a cable to each other one
 * @param extra a file system that all VMs find as the read-only disk {@code extra}
 */
public record LabShape(
    int workers, int workerMemoryMiB, boolean reachesHost, boolean linked, Optional<Path> extra) {
  /** This machine, as VMs know it. */
  public static final String HOST_SEEN_BY_VMS = "10.0.2.2";

  private static final int WORKER_MEMORY_MIB = 1280;
  private static final int KUBERNETES_MEMORY_MIB = 2560;

  public LabShape {
    requireNonNull(extra, "extra is null");
  }

  /** Workers that know no cluster; their plugins link to a controller on this machine. */
  public static LabShape of(int workers) {
    return new LabShape(workers, WORKER_MEMORY_MIB, true, false, Optional.empty());
  }

  /**
   * Workers that become nodes of a cluster whose control plane runs on this machine.
   *
   * @param extra what they need for it
   */
  public static LabShape kubernetes(int workers, Path extra) {
    return new LabShape(workers, KUBERNETES_MEMORY_MIB, true, true, Optional.of(extra));
  }

  /** The same with another file in place of the extra disk. */
  LabShape withExtra(Path file) {
    return new LabShape(workers, workerMemoryMiB, reachesHost, linked, extra.map(path -> file));
  }
}
