package io.mooring.e2e.kube;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.LabSettings;
import io.mooring.e2e.lab.tool.GoModule;
import io.mooring.e2e.lab.tool.GoProgram;
import io.mooring.e2e.lab.tool.HostTool;
import io.mooring.e2e.lab.tool.Progress;
import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The sidecar that offers changed blocks to backup programs, and a program that asks it as they do,
 * built from the Go modules that {@code e2e/snapshot-metadata} pins.
 */
final class SnapshotMetadata {
  static final String VERSION = "v1.1.0";

  /** Name of the image of what asks. */
  static final String BLOCKS = "localhost/blocks:" + VERSION;

  private static final String MODULE = "github.com/kubernetes-csi/external-snapshot-metadata";
  private static final String DEFINITION = "cbt.storage.k8s.io_snapshotmetadataservices.yaml";

  private static final List<GoProgram> ALL =
      List.of(
          new GoProgram(
              "csi-snapshot-metadata",
              MODULE + "/cmd/csi-snapshot-metadata",
              List.of("main.version=" + VERSION)),
          GoProgram.of("blocks", "./blocks"));

  private final LabSettings settings;
  private final Map<String, Path> files;
  private final Path api;

  private SnapshotMetadata(LabSettings settings, Map<String, Path> files, Path api) {
    this.settings = requireNonNull(settings, "settings is null");
    this.files = Map.copyOf(files);
    this.api = requireNonNull(api, "api is null");
  }

  /** From the cache, else built now: some minutes on two processors, once per version. */
  static SnapshotMetadata obtain(LabSettings settings, Progress progress) {
    GoModule go =
        new GoModule(
            settings.projectRoot().resolve("e2e/snapshot-metadata"),
            settings.cache(),
            settings.projectRoot().resolve("e2e/target/go.log"));
    return new SnapshotMetadata(
        settings, go.obtain(ALL, progress), go.folder(MODULE + "/client", "config/crd"));
  }

  /** The definition of SnapshotMetadataService, as YAML. */
  String api() {
    try {
      return Files.readString(api.resolve(DEFINITION));
    } catch (IOException e) {
      throw Failure.internal("the definition could not be read: " + e.getMessage(), e);
    }
  }

  /** Both images in one archive, which no node has at first. */
  Path images() {
    Path home = settings.directory().resolve("snapshot-metadata");
    Path bundle = settings.directory().resolve("snapshot-metadata.tar");
    ProgramImage image = new ProgramImage(settings.cache().resolve("jib"));
    List<Path> archives =
        List.of(
            image.write(
                home, file("csi-snapshot-metadata"), "registry.k8s.io/sig-storage", VERSION),
            image.write(home, file("blocks"), "localhost", VERSION));
    try {
      new ImageBundle(new HostTool(settings.directory().resolve("snapshot-metadata.log")))
          .write(archives, settings.directory().resolve("bundle"), bundle);
    } catch (IOException e) {
      throw Failure.internal("the images could not be put together: " + e.getMessage(), e);
    }
    return bundle;
  }

  private Path file(String name) {
    return requireNonNull(files.get(name), name);
  }
}
