package io.mooring.e2e.kube;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.image.GoldenImage;
import io.mooring.e2e.lab.tool.HostTool;
import io.mooring.e2e.lab.tool.Resources;
import io.mooring.e2e.lab.tool.Trees;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What a node's containerd has in its directory once it has imported images: made on this machine,
 * by the very containerd of the nodes, since an emulated processor takes minutes for the checksums.
 */
final class ContainerStore {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final String SCRIPT = "fill-store.sh";

  private final HostTool tool;

  ContainerStore(HostTool tool) {
    this.tool = requireNonNull(tool, "tool is null");
  }

  /** Layers are unpacked on mounts of overlayfs, which only root can make as a node needs them. */
  static boolean possible() throws IOException {
    return HostTool.isRoot()
        && Files.readString(Path.of("/proc/filesystems")).contains("\toverlay\n");
  }

  /**
   * Makes the directory.
   *
   * @param images an archive that containerd imports
   * @param workshop emptied before and after
   */
  void fill(GoldenImage system, Path images, Path store, Path workshop) throws IOException {
    Trees.delete(workshop);
    Files.createDirectories(workshop);
    Path script = workshop.resolve(SCRIPT);
    Files.writeString(script, Resources.text(ContainerStore.class, SCRIPT));
    // The mounts end with it, however it ends.
    tool.run(
        List.of(
            "unshare",
            "--mount",
            "sh",
            script.toString(),
            system.disk().toString(),
            images.toString(),
            store.toString(),
            workshop.toString()),
        Deadline.after(LIMIT));
    Trees.delete(workshop);
  }
}
