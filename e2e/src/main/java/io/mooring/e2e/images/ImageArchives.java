package io.mooring.e2e.images;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.LabSettings;
import io.mooring.e2e.lab.dist.Distribution;
import io.mooring.e2e.lab.tool.HostTool;
import io.mooring.e2e.lab.tool.Progress;
import io.mooring.e2e.lab.tool.Trees;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.process.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Mooring's images as archives that containerd imports, made from the modules' build output. */
public final class ImageArchives {
  private final Path directory;
  private final HostTool tool;
  private final Progress progress;
  private final ImageBuild build;

  private ImageArchives(Path directory, HostTool tool, Progress progress, ImageBuild build) {
    this.directory = requireNonNull(directory, "directory is null");
    this.tool = requireNonNull(tool, "tool is null");
    this.progress = requireNonNull(progress, "progress is null");
    this.build = requireNonNull(build, "build is null");
  }

  /** Assembles what goes into the images, below {@code e2e/target/images}. */
  public static ImageArchives of(LabSettings settings, Progress progress) {
    Path directory = settings.projectRoot().resolve("e2e/target/images");
    HostTool tool = new HostTool(directory.resolve("images.log"));
    try {
      Files.createDirectories(directory);
      Path base = new BaseImage(settings.cache(), tool, progress).obtain();
      Path home = directory.resolve("mooring");
      progress.say("images: assembling " + Layers.HOME);
      new Distribution(settings, tool, progress).assemble(home);
      // Jib takes a layer from its cache by the files' names and times, which never change here.
      Path cache = directory.resolve("jib");
      Trees.delete(cache);
      ImageBuild build = new ImageBuild(base, new Layers(home), Version.current(), cache);
      return new ImageArchives(directory, tool, progress, build);
    } catch (IOException e) {
      throw Failure.internal("the images could not be assembled: " + e.getMessage(), e);
    }
  }

  /** Writes one archive per image and tries each; returns the files. */
  public List<Path> write() {
    List<Path> archives = new ArrayList<>();
    for (Image image : Image.ALL) {
      Path archive = build.write(image, directory);
      try {
        new ImageTrial(tool).run(image, archive);
        progress.say(
            String.format(
                Locale.ROOT, "images: %s, %.1f MB", archive, Files.size(archive) / 1_000_000.0));
      } catch (IOException e) {
        throw Failure.internal("%s could not be tried: %s".formatted(archive, e.getMessage()), e);
      }
      archives.add(archive);
    }
    return archives;
  }

  /**
   * Pushes all of them.
   *
   * @param registry with or without a namespace
   * @return what was pushed, as {@code registry/name:version@digest}
   */
  public List<String> push(String registry) {
    List<String> pushed = new ArrayList<>();
    for (Image image : Image.ALL) {
      pushed.add(build.push(image, registry));
      progress.say("images: pushed " + pushed.getLast());
    }
    return pushed;
  }
}
