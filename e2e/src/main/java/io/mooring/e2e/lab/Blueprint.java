package io.mooring.e2e.lab;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.qemu.Cable;
import io.mooring.e2e.lab.qemu.Disk;
import io.mooring.e2e.lab.qemu.PathNetworks;
import io.mooring.e2e.lab.qemu.VmFiles;
import io.mooring.e2e.lab.qemu.VmSpec;
import io.mooring.e2e.lab.qemu.WorkerLinks;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the VMs of a lab are made of, and where their files lie.
 *
 * @param directory of the lab; each VM has one below it
 * @param sockets a directory with a short name
 * @param dist the disk with Mooring
 */
record Blueprint(Path directory, Path sockets, Path dist, LabShape shape) {
  private static final long MIB = 1024L * 1024;
  private static final long POOL_BYTES = 8L * 1024 * MIB;
  private static final long FOREIGN_BYTES = 4L * 1024 * MIB;
  private static final long LOCAL_BYTES = 256 * MIB;
  private static final int STORAGE_MEMORY_MIB = 1536;

  /** A storage host needs neither end of an initiator. */
  private static final List<String> MASKED_ON_STORAGE =
      List.of("multipathd.service", "multipathd.socket", "iscsid.service", "iscsid.socket");

  Blueprint {
    requireNonNull(directory, "directory is null");
    requireNonNull(sockets, "sockets is null");
    requireNonNull(dist, "dist is null");
    requireNonNull(shape, "shape is null");
  }

  /** Those that come from elsewhere, and that VMs only read. */
  List<Path> sharedDisks() {
    return Stream.concat(Stream.of(dist), shape.extra().stream()).toList();
  }

  /** Makes the files of disks that a VM writes on. */
  interface DiskFiles {
    /** The disk with the system, as an overlay in QEMU's own format. */
    void root(String vm, Path file) throws IOException;

    /** A raw disk of that size. */
    void data(String vm, String serial, Path file, long bytes) throws IOException;
  }

  /** The VMs, with their disks made; the storage VM is the first. */
  List<VmSpec> specs(DiskFiles files) throws IOException {
    PathNetworks networks = new PathNetworks(sockets, shape.workers());
    List<VmSpec> specs = new ArrayList<>();
    specs.add(storage(networks, files));
    for (int worker = 1; worker <= shape.workers(); worker++) {
      specs.add(worker(worker, networks, files));
    }
    return specs;
  }

  private VmSpec storage(PathNetworks networks, DiskFiles files) throws IOException {
    String name = "storage";
    List<Disk> disks =
        List.of(
            Disk.root(root(name, files)),
            Disk.data("pool", data(name, "pool", POOL_BYTES, files)),
            Disk.data("foreign", data(name, "foreign", FOREIGN_BYTES, files)),
            Disk.shared("dist", dist));
    return new VmSpec(
        name,
        "storage",
        0,
        STORAGE_MEMORY_MIB,
        shape.reachesHost(),
        MASKED_ON_STORAGE,
        disks,
        networks.storageEnds());
  }

  private VmSpec worker(int number, PathNetworks networks, DiskFiles files) throws IOException {
    String name = "worker" + number;
    List<Disk> disks = new ArrayList<>();
    disks.add(Disk.root(root(name, files)));
    disks.add(Disk.local("local", data(name, "local", LOCAL_BYTES, files)));
    disks.add(Disk.shared("dist", dist));
    shape.extra().ifPresent(file -> disks.add(Disk.shared("extra", file)));
    return new VmSpec(
        name,
        "worker",
        number,
        shape.workerMemoryMiB(),
        shape.reachesHost(),
        List.of(),
        disks,
        cables(number, networks));
  }

  private List<Cable> cables(int worker, PathNetworks networks) {
    List<Cable> cables = new ArrayList<>(networks.workerEnds(worker));
    if (shape.linked()) {
      cables.addAll(new WorkerLinks(sockets, shape.workers()).ends(worker));
    }
    return cables;
  }

  private Path root(String vm, DiskFiles files) throws IOException {
    Path file = directory.resolve(vm).resolve("root.qcow2");
    files.root(vm, file);
    return file;
  }

  private Path data(String vm, String serial, long bytes, DiskFiles files) throws IOException {
    Path file = directory.resolve(vm).resolve(serial + ".img");
    files.data(vm, serial, file, bytes);
    return file;
  }

  /** A VM's other files. */
  VmFiles files(String vm) {
    Path home = directory.resolve(vm);
    return new VmFiles(
        home.resolve("console.log"),
        home.resolve("qemu.log"),
        sockets.resolve(vm + ".qmp"),
        sockets.resolve(vm + ".token"));
  }

  /** Takes away what an earlier lab left in a VM's directory. */
  void sweep(String vm) throws IOException {
    Path home = Files.createDirectories(directory.resolve(vm));
    for (String old :
        List.of("console.log", "qemu.log", "root.qcow2", "pool.img", "foreign.img", "local.img")) {
      Files.deleteIfExists(home.resolve(old));
    }
    try (DirectoryStream<Path> systems = Files.newDirectoryStream(home, SystemDisks.NAMES)) {
      for (Path system : systems) {
        Files.delete(system);
      }
    }
  }
}
