package io.mooring.e2e.lab;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.dist.Distribution;
import io.mooring.e2e.lab.image.GoldenImage;
import io.mooring.e2e.lab.qemu.Accelerator;
import io.mooring.e2e.lab.qemu.AcceleratorProbe;
import io.mooring.e2e.lab.qemu.Disk;
import io.mooring.e2e.lab.qemu.PathNetworks;
import io.mooring.e2e.lab.qemu.VirtualMachine;
import io.mooring.e2e.lab.qemu.VmFiles;
import io.mooring.e2e.lab.qemu.VmSpec;
import io.mooring.e2e.lab.tool.HostTool;
import io.mooring.e2e.lab.tool.Progress;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;

/** Brings a lab up: image, disks, storage VM, workers, all ready. */
final class LabStarter {
  private static final long MIB = 1024L * 1024;
  private static final long POOL_BYTES = 8L * 1024 * MIB;
  private static final long FOREIGN_BYTES = 4L * 1024 * MIB;
  private static final long LOCAL_BYTES = 256 * MIB;
  private static final int STORAGE_MEMORY_MIB = 1536;
  private static final int WORKER_MEMORY_MIB = 1280;
  private static final Duration TOOL_LIMIT = Duration.ofMinutes(2);

  private final LabSettings settings;
  private final Progress progress;
  private final int workers;
  private final Path directory;
  private final HostTool tool;
  private final String token = HexFormat.of().formatHex(randomBytes());

  LabStarter(LabSettings settings, Progress progress, int workers) {
    this.workers = workers;
    this.settings = requireNonNull(settings, "settings is null");
    this.progress = requireNonNull(progress, "progress is null");
    this.directory = settings.directory();
    this.tool = new HostTool(directory.resolve("tools.log"));
  }

  Lab start() {
    try {
      Files.createDirectories(directory);
      FileChannel lock = lock();
      // Left by a run that was killed.
      Files.deleteIfExists(settings.statusFile());
      LabRun run =
          new LabRun(Files.createTempDirectory("mooring-lab"), settings.statusFile(), lock);
      try {
        return boot(run);
      } catch (IOException | RuntimeException e) {
        run.close();
        throw e;
      }
    } catch (IOException e) {
      throw Failure.internal(
          "could not prepare the lab in " + directory + ": " + e.getMessage(), e);
    }
  }

  private FileChannel lock() throws IOException {
    Path file = directory.resolve("lock");
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (channel.tryLock() == null) {
      channel.close();
      throw Failure.failedPrecondition(
          "another lab runs in %s; end it, or choose another directory with -Dmooring.lab.dir"
              .formatted(directory));
    }
    return channel;
  }

  private Lab boot(LabRun run) throws IOException {
    Path log = directory.resolve("image.log");
    Files.deleteIfExists(log);
    GoldenImage image = GoldenImage.obtain(settings.cache(), log, progress);
    Accelerator accelerator = new AcceleratorProbe(settings.cache(), tool, progress).choose(image);
    Path dist = new Distribution(settings, tool, progress).makeDisk();
    PathNetworks networks = new PathNetworks(run.sockets(), workers);
    List<VmSpec> specs = new ArrayList<>();
    specs.add(storage(networks, image, dist));
    for (int worker = 1; worker <= workers; worker++) {
      specs.add(worker(worker, networks, image, dist));
    }
    String names = specs.stream().map(VmSpec::name).collect(Collectors.joining(", "));
    progress.say("lab: starting " + names + " (" + accelerator + ")");
    for (VmSpec spec : specs) {
      // The storage VM is the first: the others' cables need its listening ends.
      run.add(
          VirtualMachine.start(spec, files(spec.name(), run.sockets()), image, accelerator, token));
    }
    Lab lab = new Lab(settings, run);
    awaitAll(lab);
    new LabStatus(lab).write();
    progress.say("lab: ready");
    return lab;
  }

  private void awaitAll(Lab lab) {
    Deadline deadline = Deadline.after(Lab.startLimit());
    progress.say("lab: waiting for the systems to come up; consoles are in " + directory);
    List<CompletableFuture<Void>> waits = new ArrayList<>();
    for (VirtualMachine machine : lab.machines()) {
      waits.add(
          CompletableFuture.runAsync(
              () -> {
                machine.awaitReady(0, deadline);
                progress.say("lab: " + machine.name() + " is ready");
              },
              task -> Thread.ofVirtual().name("await-" + machine.name()).start(task)));
    }
    try {
      CompletableFuture.allOf(waits.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof Failure failure ? failure : e;
    }
  }

  private VmSpec storage(PathNetworks networks, GoldenImage image, Path dist) throws IOException {
    Path home = emptyDirectory("storage");
    List<Disk> disks = new ArrayList<>();
    disks.add(root(home, image));
    disks.add(Disk.data("pool", sparse(home.resolve("pool.img"), POOL_BYTES)));
    disks.add(Disk.data("foreign", sparse(home.resolve("foreign.img"), FOREIGN_BYTES)));
    disks.add(Disk.shared("dist", dist));
    // A storage host needs neither end of an initiator.
    List<String> masked =
        List.of("multipathd.service", "multipathd.socket", "iscsid.service", "iscsid.socket");
    return new VmSpec(
        "storage", "storage", 0, STORAGE_MEMORY_MIB, masked, disks, networks.storageEnds());
  }

  private VmSpec worker(int number, PathNetworks networks, GoldenImage image, Path dist)
      throws IOException {
    String name = "worker" + number;
    Path home = emptyDirectory(name);
    List<Disk> disks = new ArrayList<>();
    disks.add(root(home, image));
    disks.add(Disk.local("local", sparse(home.resolve("local.img"), LOCAL_BYTES)));
    disks.add(Disk.shared("dist", dist));
    return new VmSpec(
        name, "worker", number, WORKER_MEMORY_MIB, List.of(), disks, networks.workerEnds(number));
  }

  private Disk root(Path home, GoldenImage image) {
    Path overlay = home.resolve("root.qcow2");
    image.overlay(overlay, tool, Deadline.after(TOOL_LIMIT));
    return Disk.root(overlay);
  }

  private VmFiles files(String name, Path sockets) {
    Path home = directory.resolve(name);
    return new VmFiles(
        home.resolve("console.log"),
        home.resolve("qemu.log"),
        sockets.resolve(name + ".qmp"),
        sockets.resolve(name + ".token"));
  }

  /** A VM's directory, without what an earlier run left in it. */
  private Path emptyDirectory(String name) throws IOException {
    Path home = Files.createDirectories(directory.resolve(name));
    for (String old : List.of("console.log", "qemu.log", "root.qcow2")) {
      Files.deleteIfExists(home.resolve(old));
    }
    return home;
  }

  private static Path sparse(Path file, long bytes) throws IOException {
    Files.deleteIfExists(file);
    try (RandomAccessFile empty = new RandomAccessFile(file.toFile(), "rw")) {
      empty.setLength(bytes);
    }
    return file;
  }

  private static byte[] randomBytes() {
    byte[] bytes = new byte[16];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }
}
