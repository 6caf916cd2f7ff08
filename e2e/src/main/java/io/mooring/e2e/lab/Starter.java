package io.mooring.e2e.lab;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.image.GoldenImage;
import io.mooring.e2e.lab.qemu.Accelerator;
import io.mooring.e2e.lab.qemu.VirtualMachine;
import io.mooring.e2e.lab.qemu.VmSpec;
import io.mooring.e2e.lab.tool.HostTool;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Starts the VMs of a blueprint, anew or from where a saved start left them. */
final class Starter {
  private static final Duration TOOL_LIMIT = Duration.ofMinutes(2);

  private final Blueprint blueprint;
  private final GoldenImage image;
  private final Accelerator accelerator;
  private final HostTool tool;
  private final LabRun run;

  Starter(
      Blueprint blueprint, GoldenImage image, Accelerator accelerator, HostTool tool, LabRun run) {
    this.blueprint = requireNonNull(blueprint, "blueprint is null");
    this.image = requireNonNull(image, "image is null");
    this.accelerator = requireNonNull(accelerator, "accelerator is null");
    this.tool = requireNonNull(tool, "tool is null");
    this.run = requireNonNull(run, "run is null");
  }

  /**
   * What must be the same for a saved VM to go on: QEMU, its command lines but for places, sizes of
   * disks.
   */
  List<String> key() throws IOException {
    Path nowhere = Path.of("/");
    Blueprint same = new Blueprint(nowhere, nowhere, nowhere, blueprint.shape().withExtra(nowhere));
    List<String> key = new ArrayList<>(List.of(VirtualMachine.qemuVersion(tool)));
    for (VmSpec spec : same.specs(new NoFiles())) {
      key.addAll(VirtualMachine.command(spec, same.files(spec.name()), image, accelerator));
    }
    for (Path disk : blueprint.sharedDisks()) {
      key.add("a disk of %d bytes".formatted(Files.size(disk)));
    }
    return key;
  }

  /** Switches all VMs on with empty disks; returns what they are made of. */
  List<VmSpec> startAnew(String token) throws IOException {
    List<VmSpec> specs = blueprint.specs(new FreshFiles());
    for (VmSpec spec : specs) {
      // The storage VM is the first: the others' cables need its listening ends.
      run.add(VirtualMachine.start(spec, blueprint.files(spec.name()), image, accelerator, token));
    }
    return specs;
  }

  /** Lets the saved VMs go on, on copies of their disks. */
  void goOn(WarmStart warm) throws IOException {
    for (VmSpec spec : blueprint.specs(new SavedFiles(warm))) {
      VirtualMachine machine =
          VirtualMachine.resume(
              spec,
              blueprint.files(spec.name()),
              image,
              accelerator,
              warm.token(),
              warm.memory(spec.name()));
      run.add(machine);
      WarmStart.awaken(machine);
    }
  }

  private void overlay(Path backing, Path file) {
    GoldenImage.overlay(backing, file, tool, Deadline.after(TOOL_LIMIT));
  }

  /** Disks of VMs that start for the first time. */
  private final class FreshFiles implements Blueprint.DiskFiles {
    @Override
    public void root(String vm, Path file) throws IOException {
      blueprint.sweep(vm);
      overlay(image.disk(), file);
    }

    @Override
    public void data(String vm, String serial, Path file, long bytes) throws IOException {
      try (RandomAccessFile empty = new RandomAccessFile(file.toFile(), "rw")) {
        empty.setLength(bytes);
      }
    }
  }

  /** Disks as they were saved. */
  private final class SavedFiles implements Blueprint.DiskFiles {
    private final WarmStart warm;

    SavedFiles(WarmStart warm) {
      this.warm = warm;
    }

    @Override
    public void root(String vm, Path file) throws IOException {
      blueprint.sweep(vm);
      overlay(warm.disk(vm, "root"), file);
    }

    @Override
    public void data(String vm, String serial, Path file, long bytes) {
      warm.copyDisk(vm, serial, file);
    }
  }

  /** No disks: only what they are called is asked for. */
  private static final class NoFiles implements Blueprint.DiskFiles {
    @Override
    public void root(String vm, Path file) {}

    @Override
    public void data(String vm, String serial, Path file, long bytes) {}
  }
}
