package io.mooring.e2e.lab.image;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.tool.HostTool;
import io.mooring.e2e.lab.tool.Progress;
import io.mooring.e2e.lab.tool.Trees;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Builds an image with mmdebstrap: as root, or for an ordinary user in a user namespace. */
final class ImageBuilder {
  static final String DISK = "root.qcow2";
  static final String KERNEL = "kernel";
  static final String INITRD = "initrd";

  private static final String RAW_DISK = "root.img";

  /** mmdebstrap's announcements that a person wants to see, in the words of the lab. */
  private static final Map<String, String> STEPS =
      Map.of(
          "I: running apt-get update", "image: reading the package lists",
          "I: downloading packages with apt", "image: downloading packages",
          "I: installing essential packages", "image: installing the base system",
          "I: installing remaining packages", "image: installing kernel and storage tools",
          "I: running --customize-hook", "image: configuring, writing the disk");

  private final ImageRecipe recipe;
  private final HostTool tool;
  private final Progress progress;

  ImageBuilder(ImageRecipe recipe, HostTool tool, Progress progress) {
    this.recipe = requireNonNull(recipe, "recipe is null");
    this.tool = requireNonNull(tool, "tool is null");
    this.progress = requireNonNull(progress, "progress is null");
  }

  /** Builds and puts the result under {@code home}, which appears complete or not at all. */
  void buildInto(Path home, Deadline deadline) throws IOException {
    progress.say("image: none cached for this recipe, building one (about a minute)");
    // Not below the cache: the root of a user namespace cannot enter a home directory of mode 0700.
    Path work = Files.createTempDirectory("mooring-image");
    Path temporary = Files.createTempDirectory(requireNonNull(home.getParent()), "building");
    try {
      prepare(work);
      tool.run(mmdebstrap(work), deadline, this::announce);
      tool.run(convert(work.resolve(RAW_DISK), temporary.resolve(DISK)), deadline);
      for (String name : List.of(KERNEL, INITRD)) {
        Files.move(
            work.resolve(name), temporary.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
      GoldenImage.publish(temporary, home);
      progress.say("image: ready, cached in " + home);
    } finally {
      Trees.delete(work);
      Trees.delete(temporary);
    }
  }

  private void prepare(Path work) throws IOException {
    allow(work, "rwxr-xr-x");
    recipe.unpack(work);
    Files.createDirectory(work.resolve("mnt"));
    for (String result : List.of(RAW_DISK, KERNEL, INITRD)) {
      allow(Files.createFile(work.resolve(result)), "rw-rw-rw-");
    }
    try (Stream<Path> below = Files.walk(work)) {
      for (Path directory : below.filter(Files::isDirectory).toList()) {
        allow(directory, "rwxr-xr-x");
      }
    }
  }

  private static void allow(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  private List<String> mmdebstrap(Path work) {
    boolean root = HostTool.isRoot();
    List<String> argv = new ArrayList<>();
    argv.add("mmdebstrap");
    argv.add("--variant=minbase");
    argv.add("--mode=" + (root ? "root" : "unshare"));
    argv.add("--format=null");
    argv.add("--include=" + String.join(",", recipe.packages()));
    argv.add("--aptopt=Acquire::Languages \"none\"");
    argv.add("--aptopt=APT::Install-Recommends \"false\"");
    // The disk is thrown away when the build is cut off: no need to wait for each package's sync.
    argv.add("--dpkgopt=force-unsafe-io");
    argv.add("--dpkgopt=force-confold");
    recipe.excludes().forEach(path -> argv.add("--dpkgopt=path-exclude=" + path));
    argv.add("--essential-hook=" + work.resolve("hook-essential.sh"));
    argv.add("--customize-hook=" + work.resolve("hook-customize.sh"));
    argv.add(ImageRecipe.RELEASE);
    argv.add("/dev/null");
    Optional<String> mirror = AptSources.debianMirror(Path.of("/etc/apt"));
    mirror.ifPresent(argv::add);
    return argv;
  }

  private static List<String> convert(Path raw, Path qcow2) {
    return List.of(
        "qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw.toString(), qcow2.toString());
  }

  private void announce(String line) {
    STEPS.forEach((prefix, step) -> {
      if (line.startsWith(prefix)) {
        progress.say(step);
      }
    });
  }
}
