package io.mooring.e2e.lab.dist;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.LabSettings;
import io.mooring.e2e.lab.tool.DiskImage;
import io.mooring.e2e.lab.tool.HostTool;
import io.mooring.e2e.lab.tool.Progress;
import io.mooring.e2e.lab.tool.Trees;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.process.Version;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Mooring as it is installed on a host, below {@code /opt/mooring}: {@code jre}, {@code
 * <module>/lib/*.jar}, {@code <module>/classes.jsa}, {@code bin} (the project's {@code
 * deploy/bin}), {@code deploy}. Assembled from the modules' build output and put on a disk that all
 * VMs mount read only.
 */
public final class Distribution {
  /** Of every file, so that the same content is the same archive and the same image. */
  public static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** One for all builds, sparse: VMs that go on from a saved start know the size. */
  private static final String DISK_SIZE = "640M";

  private static final List<String> MODULES = List.of("target-agent", "controller", "node-plugin");

  private final LabSettings settings;
  private final HostTool tool;
  private final Progress progress;

  public Distribution(LabSettings settings, HostTool tool, Progress progress) {
    this.settings = requireNonNull(settings, "settings is null");
    this.tool = requireNonNull(tool, "tool is null");
    this.progress = requireNonNull(progress, "progress is null");
  }

  /** A disk image with the distribution, for a lab. */
  public Path makeDisk() {
    Path home = settings.distribution();
    Path disk = settings.directory().resolve("dist.img");
    progress.say("dist: " + String.join(", ", MODULES) + " for /opt/mooring");
    try {
      assemble(home);
      DiskImage.write(home, disk, DISK_SIZE, tool);
    } catch (IOException e) {
      throw Failure.internal("could not assemble the distribution: " + e.getMessage(), e);
    }
    return disk;
  }

  /** An archive to be unpacked into {@code /opt}, for hosts: {@code mooring-<version>.tar.gz}. */
  Path makeArchive(Path directory) {
    Path home = directory.resolve("mooring");
    Path archive = directory.resolve("mooring-" + Version.current() + ".tar.gz");
    try {
      assemble(home);
    } catch (IOException e) {
      throw Failure.internal("could not assemble the distribution: " + e.getMessage(), e);
    }
    List<String> tar = List.of("tar", "-C", directory.toString(), "--owner=0", "--group=0", "-czf");
    tool.run(
        Stream.concat(tar.stream(), Stream.of(archive.toString(), "mooring")).toList(),
        Deadline.after(LIMIT));
    return archive;
  }

  /**
   * Assembles the tree.
   *
   * @param home what is there is replaced
   */
  public void assemble(Path home) throws IOException {
    Trees.delete(home);
    Files.createDirectories(home);
    Path jdk = Path.of(System.getProperty("java.home"));
    Trees.copy(
        new JavaRuntime(jdk, settings.cache(), tool, progress).obtain(), home.resolve("jre"));
    for (String module : MODULES) {
      Path lib = home.resolve(module).resolve("lib");
      Trees.copyFile(jar(module), lib.resolve(module + ".jar"));
      Trees.copy(target(module).resolve("lib"), lib);
    }
    Trees.copy(settings.projectRoot().resolve("deploy"), home.resolve("deploy"));
    Files.move(home.resolve("deploy/bin"), home.resolve("bin"));
    // Before the archives: a JVM takes one only if the jars have the times that it was made with.
    Trees.setTimes(home, TIME);
    ClassArchive archive = new ClassArchive(home, settings.cache(), tool);
    for (String module : MODULES) {
      archive.make(module);
    }
  }

  private Path jar(String module) {
    Path jar = target(module).resolve("%s-%s.jar".formatted(module, Version.current()));
    if (!Files.exists(jar)) {
      throw Failure.failedPrecondition(jar + " is missing; run `make build` first");
    }
    return jar;
  }

  private Path target(String module) {
    return settings.projectRoot().resolve(module).resolve("target");
  }
}
