package io.mooring.e2e.images;

import static java.util.Objects.requireNonNull;

import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import io.mooring.e2e.lab.dist.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The layers above the base, from what changes least to what changes most: the Java runtime, which
 * all images share; the process; its class archive. The same files give the same layers: every file
 * has one fixed time and belongs to root.
 */
final class Layers {
  /** Mooring's place in the images, as on hosts. */
  static final String HOME = "/opt/mooring";

  /** Of every file: that of the distribution, which the class archives insist on. */
  static final Instant TIME = Distribution.TIME;

  private static final FilePermissions DIRECTORY = FilePermissions.fromOctalString("755");
  private static final FilePermissions PROGRAM = FilePermissions.fromOctalString("755");
  private static final FilePermissions FILE = FilePermissions.fromOctalString("644");

  private final Path distribution;

  /**
   * Layers from an assembled distribution.
   *
   * @param distribution its home
   */
  Layers(Path distribution) {
    this.distribution = requireNonNull(distribution, "distribution is null");
  }

  /** Those of one image, the lowest first. */
  List<FileEntriesLayer> of(Image image) throws IOException {
    List<String> process = new ArrayList<>();
    process.add("bin/launch.sh");
    process.add("bin/" + image.name());
    process.add(image.module() + "/lib");
    process.addAll(image.files());
    return List.of(
        layer("java", List.of("jre")),
        layer("process", process),
        layer("classes", List.of(image.module() + "/classes.jsa")));
  }

  private FileEntriesLayer layer(String name, List<String> roots) throws IOException {
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(name);
    directory(layer, "");
    for (String root : roots) {
      for (Path above = Path.of(root).getParent(); above != null; above = above.getParent()) {
        directory(layer, "/" + above);
      }
      add(layer, distribution.resolve(root));
    }
    return layer.build();
  }

  private void directory(FileEntriesLayer.Builder layer, String below) {
    // The content of a directory's entry is not read: any directory will do.
    layer.addEntry(distribution, AbsoluteUnixPath.get(HOME + below), DIRECTORY, TIME);
  }

  private void add(FileEntriesLayer.Builder layer, Path root) throws IOException {
    try (Stream<Path> tree = Files.walk(root)) {
      for (Path file : tree.sorted().toList()) {
        AbsoluteUnixPath inside = AbsoluteUnixPath.get(HOME + "/" + distribution.relativize(file));
        FilePermissions permissions = Files.isExecutable(file) ? PROGRAM : FILE;
        layer.addEntry(file, inside, Files.isDirectory(file) ? DIRECTORY : permissions, TIME);
      }
    }
  }
}
