package io.mooring.e2e.lab.dist;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.LabSettings;
import io.mooring.e2e.lab.tool.HostTool;
import io.mooring.e2e.lab.tool.Progress;
import io.mooring.e2e.lab.tool.Trees;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Mooring as it is installed on a host, below {@code /opt/mooring}: {@code jre}, {@code
 * <module>/lib/*.jar}, {@code bin} (the project's {@code deploy/bin}), {@code deploy}. Assembled
 * from the modules' build output and put on a disk that all VMs mount read only.
 */
public final class Distribution {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final long MIB = 1024L * 1024;

  private static final List<String> MODULES = List.of("target-agent", "controller", "node-plugin");

  private final LabSettings settings;
  private final HostTool tool;
  private final Progress progress;

  public Distribution(LabSettings settings, HostTool tool, Progress progress) {
    this.settings = requireNonNull(settings, "settings is null");
    this.tool = requireNonNull(tool, "tool is null");
    this.progress = requireNonNull(progress, "progress is null");
  }

  /** A disk image with the distribution; null as long as none of the modules has been built. */
  public @Nullable Path makeDisk() {
    try {
      List<String> built = MODULES.stream().filter(module -> jar(module) != null).toList();
      if (built.isEmpty()) {
        progress.say("dist: no module has been built, /opt/mooring stays empty in the VMs");
        return null;
      }
      Path home = settings.distribution();
      assemble(home, built);
      Path disk = settings.directory().resolve("dist.img");
      write(home, disk);
      return disk;
    } catch (IOException e) {
      throw Failure.internal("could not assemble the distribution: " + e.getMessage(), e);
    }
  }

  private void assemble(Path home, List<String> built) throws IOException {
    Trees.delete(home);
    Files.createDirectories(home);
    Path jdk = Path.of(System.getProperty("java.home"));
    Path jre = new JavaRuntime(jdk, settings.cache(), tool, progress).obtain();
    progress.say("dist: " + String.join(", ", built) + " for /opt/mooring");
    Trees.copy(jre, home.resolve("jre"));
    for (String module : built) {
      Path lib = home.resolve(module).resolve("lib");
      Trees.copyFile(requireNonNull(jar(module)), lib.resolve(module + ".jar"));
      Path dependencies = target(module).resolve("lib");
      if (Files.isDirectory(dependencies)) {
        Trees.copy(dependencies, lib);
      }
    }
    Path deploy = settings.projectRoot().resolve("deploy");
    Trees.copy(deploy, home.resolve("deploy"));
    Files.move(home.resolve("deploy/bin"), home.resolve("bin"));
  }

  private void write(Path home, Path disk) throws IOException {
    Files.deleteIfExists(disk);
    // Room for the file system's own tables and the last block of each file.
    long mebibytes = Trees.bytes(home) / MIB * 5 / 4 + 32;
    tool.run(
        List.of(
            "mke2fs",
            "-q",
            "-t",
            "ext4",
            "-O",
            "^has_journal",
            "-m",
            "0",
            "-E",
            "root_owner=0:0",
            "-d",
            home.toString(),
            disk.toString(),
            mebibytes + "M"),
        Deadline.after(LIMIT));
  }

  private @Nullable Path jar(String module) {
    List<Path> found = new ArrayList<>();
    Path target = target(module);
    if (!Files.isDirectory(target)) {
      return null;
    }
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(target, module + "-*.jar")) {
      for (Path jar : jars) {
        if (!jar.toString().matches(".*-(tests|sources|javadoc)\\.jar")) {
          found.add(jar);
        }
      }
    } catch (IOException e) {
      throw Failure.internal("could not list " + target + ": " + e.getMessage(), e);
    }
    return found.isEmpty() ? null : found.getFirst();
  }

  private Path target(String module) {
    return settings.projectRoot().resolve(module).resolve("target");
  }
}
