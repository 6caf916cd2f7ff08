package io.mooring.e2e.kube;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.LabSettings;
import io.mooring.e2e.lab.tool.HostTool;
import io.mooring.e2e.lab.tool.Progress;
import io.mooring.e2e.lab.tool.Trees;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;

/**
 * Mooring as it was one version ago, built from this repository's history: what the nodes and
 * storage hosts of a user still run while an upgrade is under way.
 */
final class PreviousVersion {
  /**
   * Until there is a release, the last state that takes the options of this chart and passed the
   * cluster's suites before node documents kept the numbers that they hold; then the last release.
   * A test sets the image of one process alone, so that its options are those of this chart.
   */
  private static final String COMMIT = "bcebc4179dd65a83ead6ebadd5a29618e6f129f1";

  /** The images' tag in the lab. */
  static final String TAG = "previous";

  private static final Duration LIMIT = Duration.ofMinutes(10);

  private final LabSettings settings;
  private final Progress progress;
  private final HostTool tool;
  private final Path home;

  PreviousVersion(LabSettings settings, Progress progress) {
    this.settings = requireNonNull(settings, "settings is null");
    this.progress = requireNonNull(progress, "progress is null");
    this.tool = new HostTool(settings.projectRoot().resolve("e2e/target/previous.log"));
    this.home = settings.cache().resolve("previous/" + COMMIT);
  }

  /** Builds it, once: about three minutes. */
  void obtain() {
    if (Files.exists(home)) {
      return;
    }
    progress.say("previous version: building " + COMMIT + "; log: e2e/target/previous.log");
    Path workshop = settings.cache().resolve("previous/workshop");
    try {
      Trees.delete(workshop);
      Path source = Files.createDirectories(workshop.resolve("source"));
      build(source, workshop.resolve("source.tar"));
      Path built = Files.createDirectories(workshop.resolve("built"));
      collect(source.resolve("e2e/target/images"), built);
      Files.move(built, home, StandardCopyOption.ATOMIC_MOVE);
      Trees.delete(workshop);
    } catch (IOException e) {
      throw Failure.internal("the previous version could not be built: " + e.getMessage(), e);
    }
  }

  private void build(Path source, Path archive) {
    String root = settings.projectRoot().toString();
    run("git", "-C", root, "archive", "--output=" + archive, COMMIT);
    run("tar", "-C", source.toString(), "-xf", archive.toString());
    run("env", "-C", source.toString(), "build/mvn", "-B", "-q", "-DskipTests", "package");
    run("env", "-C", source.toString(), "e2e/run", "io.mooring.e2e.images.ImagesMain");
  }

  private void collect(Path images, Path built) throws IOException {
    new ImageBundle(tool)
        .write(
            List.of(images.resolve("mooring-controller.tar"), images.resolve("mooring-node.tar")),
            name -> name.replaceFirst(":[^:/]+$", ":" + TAG),
            built.resolve("bundle"),
            built.resolve("images.tar"));
    run(
        "tar",
        "-C",
        images.resolve("mooring").toString(),
        "-cf",
        built.resolve("agent.tar").toString(),
        "bin",
        "deploy",
        "target-agent");
  }

  private void run(String... command) {
    tool.run(List.of(command), Deadline.after(LIMIT));
  }

  /** Its chart, unpacked anew. */
  Path chart() {
    Path folder = settings.projectRoot().resolve("e2e/target/previous-chart");
    Path archive = folder.resolve("chart.tar");
    try {
      Trees.delete(folder);
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw Failure.internal("the previous version's chart has no place: " + e.getMessage(), e);
    }
    String root = settings.projectRoot().toString();
    run("git", "-C", root, "archive", "--output=" + archive, COMMIT, "charts/mooring");
    run("tar", "-C", folder.toString(), "-xf", archive.toString());
    return folder.resolve("charts/mooring");
  }

  /** Controller and node plugin, tagged {@link #TAG}. */
  Path images() {
    return home.resolve("images.tar");
  }

  /** The agent's part of the tree, without a Java runtime. */
  Path agent() {
    return home.resolve("agent.tar");
  }
}
