package io.mooring.e2e.kube;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;

/**
 * Archives of the images that are not Mooring's own: the sidecars and the pause program, each one
 * static file under the name that the chart and containerd ask for.
 */
final class PodImages {
  private final Programs programs;
  private final ProgramImage image;

  /**
   * Images of these programs.
   *
   * @param caches where layers are kept
   */
  PodImages(Programs programs, Path caches) {
    this.programs = requireNonNull(programs, "programs is null");
    this.image = new ProgramImage(caches);
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
    return image.write(folder, programs.file(name), registry, tag);
  }
}
