package io.mooring.e2e.images;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.mooring.e2e.lab.tool.HostTool;
import io.mooring.e2e.lab.tool.Trees;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts the process of a finished image, in its own file system, once: with a class archive that
 * does not fit, a JVM starts just as well, only slowly, so here it is told to refuse.
 */
final class ImageTrial {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final HostTool tool;

  ImageTrial(HostTool tool) {
    this.tool = requireNonNull(tool, "tool is null");
  }

  /**
   * Tries the entrypoint and nsenter.
   *
   * @throws io.mooring.runtime.failure.Failure INTERNAL when the process does not start from its
   *     archive
   */
  void run(Image image, Path archive) throws IOException {
    Path work = Files.createTempDirectory("mooring-image");
    try {
      Path root = unpack(archive, work);
      Files.createDirectories(root.resolve("proc"));
      inside(
          root,
          List.of(
              "/usr/bin/env", "MOORING_JAVA_OPTIONS=-Xshare:on", image.entrypoint(), "--version"));
      inside(
          root,
          List.of(
              "/usr/bin/nsenter",
              "--mount=/proc/self/ns/mnt",
              "--ipc=/proc/self/ns/ipc",
              "--",
              "/bin/true"));
    } finally {
      Trees.delete(work);
    }
  }

  /** An ordinary user becomes root of a user namespace, which may enter another root directory. */
  private void inside(Path root, List<String> command) {
    List<String> argv = new ArrayList<>(List.of("unshare", "--mount", "--ipc", "--pid", "--fork"));
    if (!HostTool.isRoot()) {
      argv.add("--map-root-user");
    }
    argv.add("--mount-proc=" + root.resolve("proc"));
    argv.addAll(List.of("chroot", root.toString()));
    argv.addAll(command);
    tool.run(argv, Deadline.after(LIMIT));
  }

  private Path unpack(Path archive, Path work) throws IOException {
    Path parts = Files.createDirectory(work.resolve("parts"));
    Path root = Files.createDirectory(work.resolve("root"));
    untar(archive, parts);
    String manifest = Files.readString(parts.resolve("manifest.json"));
    for (JsonElement layer :
        JsonParser.parseString(manifest)
            .getAsJsonArray()
            .get(0)
            .getAsJsonObject()
            .getAsJsonArray("Layers")) {
      untar(parts.resolve(layer.getAsString()), root);
    }
    return root;
  }

  private void untar(Path archive, Path directory) {
    tool.run(
        List.of(
            "tar",
            "-C",
            directory.toString(),
            "--no-same-owner",
            "--warning=no-unknown-keyword",
            "-xf",
            archive.toString()),
        Deadline.after(LIMIT));
  }
}
