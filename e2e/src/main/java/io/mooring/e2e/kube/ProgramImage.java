package io.mooring.e2e.kube;

import static java.util.Objects.requireNonNull;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import io.mooring.runtime.failure.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** An image of one static program and nothing else. */
final class ProgramImage {
  private final Path caches;

  /**
   * @param caches where layers are kept
   */
  ProgramImage(Path caches) {
    this.caches = requireNonNull(caches, "caches is null");
  }

  /**
   * Writes the archive of an image that is named for the program.
   *
   * @param registry with the path before the name
   */
  Path write(Path folder, Path program, String registry, String tag) {
    String name = requireNonNull(program.getFileName(), "a program has a name").toString();
    AbsoluteUnixPath inside = AbsoluteUnixPath.get("/" + name);
    FileEntriesLayer layer =
        FileEntriesLayer.builder()
            .setName(name)
            .addEntry(program, inside, FilePermissions.fromOctalString("755"))
            .build();
    Path archive = folder.resolve(name + ".tar");
    try {
      Files.createDirectories(folder);
      Jib.fromScratch()
          .addFileEntriesLayer(layer)
          .setEntrypoint(List.of(inside.toString()))
          .containerize(
              Containerizer.to(TarImage.at(archive).named(registry + "/" + name + ":" + tag))
                  .setOfflineMode(true)
                  .setBaseImageLayersCache(caches)
                  .setApplicationLayersCache(caches));
      return archive;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.unavailable("interrupted while the image of " + name + " was written");
    } catch (InvalidImageReferenceException e) {
      throw new IllegalArgumentException(e);
    } catch (Exception e) {
      // Jib declares half a dozen of its own kinds; here they all mean the same.
      throw Failure.internal("the image of %s could not be written: %s".formatted(name, e), e);
    }
  }
}
