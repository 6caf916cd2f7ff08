package io.mooring.e2e.lab;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.qemu.VirtualMachine;
import io.mooring.e2e.lab.tool.Trees;
import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a running lab holds on this machine and must give back: processes, sockets, the lock of its
 * directory, the file that tells how to reach it. Ends with the JVM at the latest.
 */
final class LabRun implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LabRun.class);

  private final Path sockets;
  private final Path statusFile;
  private final FileChannel lock;
  private final Thread atExit;
  private final List<VirtualMachine> machines = new ArrayList<>();
  private boolean closed;

  /**
   * A run without VMs yet.
   *
   * @param sockets temporary directory, deleted at the end
   * @param statusFile deleted at the end
   * @param lock keeps other labs out of the directory while it is open
   */
  LabRun(Path sockets, Path statusFile, FileChannel lock) {
    this.sockets = requireNonNull(sockets, "sockets is null");
    this.statusFile = requireNonNull(statusFile, "statusFile is null");
    this.lock = requireNonNull(lock, "lock is null");
    this.atExit = new Thread(this::end, "lab-end");
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  Path sockets() {
    return sockets;
  }

  /** Takes over a VM that runs; the storage VM comes first. */
  synchronized void add(VirtualMachine machine) {
    if (closed) {
      machine.close();
      throw Failure.unavailable("the lab is stopping; start it again");
    }
    machines.add(machine);
  }

  /** The storage VM first. */
  synchronized List<VirtualMachine> machines() {
    return List.copyOf(machines);
  }

  synchronized VirtualMachine storage() {
    return machines.getFirst();
  }

  synchronized List<VirtualMachine> workers() {
    return List.copyOf(machines.subList(1, machines.size()));
  }

  /** Ends all VMs that there are; others can take their places. */
  synchronized void removeMachines() throws IOException {
    endMachines();
    machines.clear();
    try (DirectoryStream<Path> left = Files.newDirectoryStream(sockets)) {
      for (Path socket : left) {
        Files.delete(socket);
      }
    }
  }

  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      LOG.debug("the JVM ends already: {}", e.getMessage());
    }
  }

  private synchronized void end() {
    if (closed) {
      return;
    }
    closed = true;
    endMachines();
    try {
      Files.deleteIfExists(statusFile);
      Trees.delete(sockets);
      lock.close();
    } catch (IOException e) {
      LOG.warn("the lab left files behind: {}", e.toString());
    }
  }

  private void endMachines() {
    machines.parallelStream().forEach(VirtualMachine::close);
  }
}
