package io.mooring.e2e.lab.qemu;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.image.GoldenImage;
import io.mooring.e2e.lab.tool.HostTool;
import io.mooring.e2e.lab.tool.Progress;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Finds out whether KVM works, by booting a kernel with it: there are machines where /dev/kvm
 * exists and opens, and yet guests die at their start or crawl. The answer holds until the machine
 * boots again.
 */
public final class AcceleratorProbe {
  /** A healthy KVM takes less than two seconds. */
  private static final Duration LIMIT = Duration.ofSeconds(8);

  private static final Path DEVICE = Path.of("/dev/kvm");
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  private final Path cache;
  private final HostTool tool;
  private final Progress progress;

  /**
   * A probe that remembers.
   *
   * @param cache the directory of all caches
   */
  public AcceleratorProbe(Path cache, HostTool tool, Progress progress) {
    this.cache = requireNonNull(cache, "cache is null");
    this.tool = requireNonNull(tool, "tool is null");
    this.progress = requireNonNull(progress, "progress is null");
  }

  /** The fastest way that works on this machine. */
  public Accelerator choose(GoldenImage image) {
    if (!Files.isReadable(DEVICE) || !Files.isWritable(DEVICE)) {
      return Accelerator.TCG;
    }
    Path answer = cache.resolve("accelerator");
    try {
      String boot = Files.readString(BOOT_ID).strip();
      if (Files.exists(answer)) {
        List<String> words = List.of(Files.readString(answer).strip().split(" ", -1));
        if (words.size() == 2 && words.getFirst().equals(boot)) {
          return Accelerator.valueOf(words.get(1));
        }
      }
      Accelerator found = boots(image) ? Accelerator.KVM : Accelerator.TCG;
      Files.createDirectories(cache);
      Files.writeString(answer, boot + " " + found + "\n");
      return found;
    } catch (IOException e) {
      throw Failure.internal("could not keep the answer in " + answer + ": " + e.getMessage(), e);
    }
  }

  private boolean boots(GoldenImage image) {
    progress.say("kvm: /dev/kvm is there, trying it for at most " + LIMIT.toSeconds() + " s");
    List<String> argv = new ArrayList<>(QemuCommand.bareMachine(Accelerator.KVM));
    argv.addAll(List.of("-m", "256", "-no-reboot", "-serial", "stdio"));
    argv.addAll(List.of("-kernel", image.kernel().toString()));
    argv.addAll(List.of("-initrd", image.initrd().toString()));
    argv.addAll(List.of("-append", "console=ttyS0 quiet panic=-1 lab.probe"));
    AtomicBoolean seen = new AtomicBoolean();
    try {
      tool.run(
          argv,
          Deadline.after(LIMIT),
          line -> {
            if (line.contains("lab-probe")) {
              seen.set(true);
            }
          });
    } catch (Failure e) {
      progress.say("kvm: does not work here (" + e.sentence() + ")");
      return false;
    }
    progress.say(seen.get() ? "kvm: works" : "kvm: the guest died at its start");
    return seen.get();
  }
}
