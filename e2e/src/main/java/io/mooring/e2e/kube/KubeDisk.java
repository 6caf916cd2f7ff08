package io.mooring.e2e.kube;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.images.ImageArchives;
import io.mooring.e2e.lab.LabSettings;
import io.mooring.e2e.lab.image.GoldenImage;
import io.mooring.e2e.lab.tool.DiskImage;
import io.mooring.e2e.lab.tool.HostTool;
import io.mooring.e2e.lab.tool.Progress;
import io.mooring.e2e.lab.tool.Trees;
import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The disk that makes a worker a node: what runs on each, below {@code bin}, and the images, as
 * {@code containerd} has them in its directory, or as {@code images.tar} where that cannot be made.
 */
final class KubeDisk {
  private static final String SIZE = "2G";

  private final LabSettings settings;
  private final Programs programs;
  private final Path log;
  private final HostTool tool;

  KubeDisk(LabSettings settings, Programs programs) {
    this.settings = requireNonNull(settings, "settings is null");
    this.programs = requireNonNull(programs, "programs is null");
    this.log = settings.projectRoot().resolve("e2e/target/images.log");
    this.tool = new HostTool(log);
  }

  /** Writes the disk. */
  Path make(Progress progress) {
    Path home = settings.directory().resolve("kube");
    Path disk = settings.directory().resolve("kube.img");
    progress.say("images: Mooring's own, the sidecars', for the nodes");
    try {
      Trees.delete(home);
      Files.createDirectories(home);
      for (String program : List.of("kubelet", "kube-proxy")) {
        Trees.copyFile(programs.file(program), home.resolve("bin").resolve(program));
      }
      writeImages(home, progress);
      DiskImage.write(home, disk, SIZE, tool);
    } catch (IOException e) {
      throw Failure.internal("the disk with Kubernetes could not be made: " + e.getMessage(), e);
    }
    return disk;
  }

  private void writeImages(Path home, Progress progress) throws IOException {
    Path workshop = settings.directory().resolve("bundle");
    Path bundle = home.resolve("images.tar");
    Path others = settings.projectRoot().resolve("e2e/target/images/others");
    List<Path> archives =
        new ArrayList<>(new PodImages(programs, settings.cache().resolve("jib")).write(others));
    ImageArchives.of(settings, progress).write().stream()
        // The storage host runs it as a service.
        .filter(archive -> !archive.endsWith("mooring-agent.tar"))
        .forEach(archives::add);
    new ImageBundle(tool).write(archives, workshop, bundle);
    if (ContainerStore.possible()) {
      GoldenImage system = GoldenImage.obtain(settings.cache(), log, progress);
      new ContainerStore(tool).fill(system, bundle, home.resolve("containerd"), workshop);
      Files.delete(bundle);
    }
  }
}
