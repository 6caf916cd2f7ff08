package io.mooring.e2e.images;

import io.mooring.e2e.lab.LabSettings;
import io.mooring.e2e.lab.dist.Distribution;
import io.mooring.e2e.lab.tool.HostTool;
import io.mooring.e2e.lab.tool.Progress;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.process.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** {@code make images}: archives that containerd imports; with an argument, pushed as well. */
public final class ImagesMain {
  private ImagesMain() {}

  /**
   * Builds the images.
   *
   * @param args nothing, or the registry to push to, with or without a namespace
   */
  public static void main(String[] args) {
    try {
      build(args.length > 0 ? args[0] : "");
    } catch (Failure e) {
      System.err.println("images: " + e.sentence());
      System.exit(1);
    } catch (IOException e) {
      System.err.println("images: " + e);
      System.exit(1);
    }
  }

  private static void build(String registry) throws IOException {
    Progress progress = Progress.toStandardOutput();
    LabSettings settings = LabSettings.fromSystem();
    Path directory = settings.projectRoot().resolve("e2e/target/images");
    Files.createDirectories(directory);
    HostTool tool = new HostTool(directory.resolve("images.log"));
    Path base = new BaseImage(settings.cache(), tool, progress).obtain();
    Path home = directory.resolve("mooring");
    progress.say("images: assembling " + Layers.HOME);
    new Distribution(settings, tool, progress).assemble(home);
    ImageBuild build =
        new ImageBuild(base, new Layers(home), Version.current(), directory.resolve("jib"));
    ImageTrial trial = new ImageTrial(tool);
    for (Image image : Image.ALL) {
      Path archive = build.write(image, directory);
      trial.run(image, archive);
      progress.say(
          String.format(
              Locale.ROOT, "images: %s, %.1f MB", archive, Files.size(archive) / 1_000_000.0));
      if (!registry.isEmpty()) {
        progress.say("images: pushed " + build.push(image, registry));
      }
    }
  }
}
