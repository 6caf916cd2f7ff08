package io.mooring.e2e.lab.image;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.tool.CacheFolder;
import io.mooring.e2e.lab.tool.HostTool;
import io.mooring.e2e.lab.tool.Progress;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/**
 * A disk with a Debian system, the kernel and the initial RAM disk that start it. Read only: every
 * VM writes to an overlay of its own.
 *
 * @param disk qcow2 with one ext4 file system, no partition table
 * @param kernel for {@code -kernel}
 * @param initrd for {@code -initrd}
 */
public record GoldenImage(Path disk, Path kernel, Path initrd) {
  private static final Duration BUILD_LIMIT = Duration.ofMinutes(15);

  public GoldenImage {
    requireNonNull(disk, "disk is null");
    requireNonNull(kernel, "kernel is null");
    requireNonNull(initrd, "initrd is null");
  }

  /**
   * The image of the project's recipe: from the cache, else built now (about a minute).
   *
   * @param cache the directory of all caches; images lie below {@code images/<hash of recipe>}
   * @param log where the build's output goes
   */
  public static GoldenImage obtain(Path cache, Path log, Progress progress) {
    ImageRecipe recipe = ImageRecipe.load();
    Path images = cache.resolve("images");
    Path home = images.resolve(recipe.hash());
    try {
      Files.createDirectories(images);
      // Labs that start at the same time build once: the second one waits here and then finds it.
      try (FileChannel lockFile = openLock(images.resolve(recipe.hash() + ".lock"));
          FileLock lock = lockFile.lock()) {
        CacheFolder cached = new CacheFolder(images);
        if (!lock.isValid() || !cached.has(recipe.hash())) {
          Deadline deadline = Deadline.after(BUILD_LIMIT);
          new ImageBuilder(recipe, new HostTool(log), progress).buildInto(home, deadline);
          cached.sweep();
        }
      }
    } catch (IOException e) {
      throw Failure.internal("could not make the image " + home + ": " + e.getMessage(), e);
    }
    return new GoldenImage(
        home.resolve(ImageBuilder.DISK),
        home.resolve(ImageBuilder.KERNEL),
        home.resolve(ImageBuilder.INITRD));
  }

  private static FileChannel openLock(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  /** Makes a disk that starts as a copy of another and takes the writes of one VM. */
  public static void overlay(Path backing, Path overlay, HostTool tool, Deadline deadline) {
    tool.run(
        List.of(
            "qemu-img",
            "create",
            "-q",
            "-f",
            "qcow2",
            "-F",
            "qcow2",
            "-b",
            backing.toString(),
            overlay.toString()),
        deadline);
  }

  /** Puts a finished directory under its final name, in one step. */
  static void publish(Path temporary, Path home) throws IOException {
    Files.move(temporary, home, StandardCopyOption.ATOMIC_MOVE);
  }
}
