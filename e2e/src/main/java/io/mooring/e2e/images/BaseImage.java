package io.mooring.e2e.images;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.image.AptSources;
import io.mooring.e2e.lab.image.ImageRecipe;
import io.mooring.e2e.lab.tool.CacheFolder;
import io.mooring.e2e.lab.tool.HostTool;
import io.mooring.e2e.lab.tool.Progress;
import io.mooring.e2e.lab.tool.Resources;
import io.mooring.e2e.lab.tool.Trees;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What lies below Java in the images: Debian's C library and a static busybox, in one layer. Made
 * once per recipe, since the same packages may come with another version a day later.
 */
final class BaseImage {
  private static final List<String> PACKAGES = List.of("base-files", "busybox-static", "libc6");
  private static final String HOOK = "base.sh";
  private static final String LAYER = "layer.tar";
  private static final String CONFIGURATION = "config.json";
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final Path cache;
  private final HostTool tool;
  private final Progress progress;

  /**
   * Bases of this machine's architecture.
   *
   * @param cache the directory of all caches; bases lie below {@code bases}
   */
  BaseImage(Path cache, HostTool tool, Progress progress) {
    this.cache = requireNonNull(cache, "cache is null");
    this.tool = requireNonNull(tool, "tool is null");
    this.progress = requireNonNull(progress, "progress is null");
  }

  /** An image archive in the form of {@code docker save}: from the cache, else made now. */
  Path obtain() throws IOException {
    String hook = Resources.text(BaseImage.class, HOOK);
    String recipe = ImageRecipe.RELEASE + PACKAGES + Layers.TIME + hook;
    String name =
        UUID.nameUUIDFromBytes(recipe.getBytes(StandardCharsets.UTF_8)) + "-" + architecture();
    Path folder = Files.createDirectories(cache.resolve("bases"));
    CacheFolder cached = new CacheFolder(folder);
    Path archive = folder.resolve(name + ".tar");
    if (!cached.has(name + ".tar")) {
      progress.say("images: the base of " + String.join(", ", PACKAGES) + ", once");
      make(hook, archive);
      cached.sweep();
    }
    return archive;
  }

  private void make(String hook, Path archive) throws IOException {
    // Not below the cache: the root of a user namespace cannot enter a home directory of mode 0700.
    Path work = Files.createTempDirectory("mooring-base");
    try {
      allow(work, "rwxrwxrwx");
      Path script = work.resolve(HOOK);
      Files.writeString(script, hook);
      allow(script, "rwxr-xr-x");
      tool.run(debootstrap(script, work.resolve(LAYER)), Deadline.after(LIMIT));
      describe(work);
      Path fresh = work.resolve("base.tar");
      tool.run(
          List.of(
              "tar",
              "-C",
              work.toString(),
              "-cf",
              fresh.toString(),
              "manifest.json",
              CONFIGURATION,
              LAYER),
          Deadline.after(LIMIT));
      Path beside = archive.resolveSibling(archive.getFileName() + ".new");
      Files.move(fresh, beside, StandardCopyOption.REPLACE_EXISTING);
      Files.move(beside, archive, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Trees.delete(work);
    }
  }

  private static void allow(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  private static List<String> debootstrap(Path hook, Path layer) {
    boolean root = HostTool.isRoot();
    List<String> argv = new ArrayList<>();
    // Later times than this one are written as this one.
    argv.addAll(List.of("env", "SOURCE_DATE_EPOCH=" + Layers.TIME.getEpochSecond()));
    argv.addAll(
        List.of("mmdebstrap", "--variant=extract", "--mode=" + (root ? "root" : "unshare")));
    argv.add("--include=" + String.join(",", PACKAGES));
    argv.add("--aptopt=Acquire::Languages \"none\"");
    argv.add("--aptopt=APT::Install-Recommends \"false\"");
    argv.add("--extract-hook=" + hook);
    // Its clean-up wants the configuration that the hook has removed; device nodes are the
    // runtime's.
    argv.addAll(List.of("--skip=cleanup", "--skip=output/dev"));
    argv.addAll(List.of("--format=tar", ImageRecipe.RELEASE, layer.toString()));
    Optional<String> mirror = AptSources.debianMirror(Path.of("/etc/apt"));
    mirror.ifPresent(argv::add);
    return argv;
  }

  /** Writes what makes an archive of the directory with {@link #LAYER} an image. */
  static void describe(Path work) throws IOException {
    Files.writeString(
        work.resolve(CONFIGURATION),
        """
        {"architecture": "%s", "os": "linux", "created": "%s", "config": {},
         "rootfs": {"type": "layers", "diff_ids": ["%s"]}}
        """
            .formatted(architecture(), Layers.TIME, Digests.ofFile(work.resolve(LAYER))));
    Files.writeString(
        work.resolve("manifest.json"),
        "[{\"Config\": \"%s\", \"Layers\": [\"%s\"]}]\n".formatted(CONFIGURATION, LAYER));
  }

  /** As images name it. */
  static String architecture() {
    String name = System.getProperty("os.arch");
    return name.equals("aarch64") ? "arm64" : name;
  }
}
