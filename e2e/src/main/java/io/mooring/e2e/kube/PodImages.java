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

/**
 * Archives of the images that are not Mooring's own: the sidecars and the pause program, each one
 * static file under the name that the chart and containerd ask for.
 */
final class PodImages {
  private final Programs programs;
  private final Path caches;

  /**
   * Images of these programs.
   *
   * @param caches where layers are kept
   */
  PodImages(Programs programs, Path caches) {
    this.programs = requireNonNull(programs, "programs is null");
    this.caches = requireNonNull(caches, "caches is null");
  }

  /** Writes them into a folder; returns the files. */
  List<Path> write(Path folder) {
    return List.of(
        write(folder, "csi-provisioner", "registry.k8s.io/sig-storage", Programs.PROVISIONER),
        write(folder, "csi-attacher", "registry.k8s.io/sig-storage", Programs.ATTACHER),
        write(folder, "csi-resizer", "registry.k8s.io/sig-storage", Programs.RESIZER),
        write(folder, "csi-snapshotter", "registry.k8s.io/sig-storage", Programs.SNAPSHOTTER),
        write(folder, "pause", "registry.k8s.io", "3.10"));
  }

  private Path write(Path folder, String name, String registry, String tag) {
    AbsoluteUnixPath inside = AbsoluteUnixPath.get("/" + name);
    FileEntriesLayer layer =
        FileEntriesLayer.builder()
            .setName(name)
            .addEntry(programs.file(name), inside, FilePermissions.fromOctalString("755"))
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
