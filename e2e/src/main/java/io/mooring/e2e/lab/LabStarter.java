package io.mooring.e2e.lab;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.dist.Distribution;
import io.mooring.e2e.lab.image.GoldenImage;
import io.mooring.e2e.lab.qemu.Accelerator;
import io.mooring.e2e.lab.qemu.AcceleratorProbe;
import io.mooring.e2e.lab.qemu.VirtualMachine;
import io.mooring.e2e.lab.qemu.VmSpec;
import io.mooring.e2e.lab.tool.HostTool;
import io.mooring.e2e.lab.tool.Progress;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Brings a lab up: image, disks, storage VM, workers, all ready. */
final class LabStarter {
  private final LabSettings settings;
  private final Progress progress;
  private final LabShape shape;
  private final Path directory;
  private final HostTool tool;

  LabStarter(LabSettings settings, Progress progress, LabShape shape) {
    this.shape = requireNonNull(shape, "shape is null");
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
    Blueprint blueprint = new Blueprint(directory, run.sockets(), dist, shape);
    Starter starter = new Starter(blueprint, image, accelerator, tool, run);
    WarmStart warm = WarmStart.of(settings.cache(), starter.key(), tool);
    if (!warm.exists() || !goneOn(starter, warm, run, accelerator)) {
      startAnew(starter, warm, run, accelerator);
    }
    Lab lab = new Lab(settings, run, new SystemDisks(directory, image, tool));
    new LabStatus(lab).write();
    progress.say("lab: ready");
    return lab;
  }

  private void startAnew(Starter starter, WarmStart warm, LabRun run, Accelerator accelerator)
      throws IOException {
    progress.say("lab: starting %d systems (%s)".formatted(shape.workers() + 1, accelerator));
    String token = HexFormat.of().formatHex(randomBytes());
    List<VmSpec> specs = broughtUp(starter, run, token);
    if (accelerator == Accelerator.TCG) {
      progress.say("lab: keeping the started systems for the next time");
      warm.save(specs, run.machines(), token);
    }
  }

  /**
   * Once more where a QEMU ended itself, which its emulation does now and then while a system
   * starts (7.2: an assertion in msix_table_mmio_write). The cables of the others end with it.
   */
  private List<VmSpec> broughtUp(Starter starter, LabRun run, String token) throws IOException {
    List<VmSpec> specs = starter.startAnew(token);
    try {
      awaitAll(run.machines());
      return specs;
    } catch (Failure e) {
      if (run.machines().stream().noneMatch(VirtualMachine::hasEnded)) {
        throw e;
      }
      progress.say("lab: the systems are started once more: " + e.sentence());
    }
    run.removeMachines();
    List<VmSpec> again = starter.startAnew(token);
    awaitAll(run.machines());
    return again;
  }

  /** What is kept saves time and nothing else: systems that do not go on are started anew. */
  private boolean goneOn(Starter starter, WarmStart warm, LabRun run, Accelerator accelerator)
      throws IOException {
    progress.say("lab: going on with started systems (%s)".formatted(accelerator));
    try {
      starter.goOn(warm);
      return true;
    } catch (Failure e) {
      progress.say("lab: they do not go on and are kept no longer: " + e.sentence());
      warm.delete();
      run.removeMachines();
      return false;
    }
  }

  private void awaitAll(List<VirtualMachine> machines) {
    Deadline deadline = Deadline.after(Lab.startLimit());
    progress.say("lab: waiting for the systems to come up; consoles are in " + directory);
    List<CompletableFuture<Void>> waits = new ArrayList<>();
    for (VirtualMachine machine : machines) {
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

  private static byte[] randomBytes() {
    byte[] bytes = new byte[16];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }
}
