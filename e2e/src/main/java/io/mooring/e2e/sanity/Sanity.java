package io.mooring.e2e.sanity;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Installation;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.lab.Lab;
import io.mooring.e2e.lab.LabSettings;
import io.mooring.e2e.lab.tool.GoModule;
import io.mooring.e2e.lab.tool.GoProgram;
import io.mooring.e2e.lab.tool.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code make sanity}: csi-sanity against controller and node plugin, with the lab behind them. */
public final class Sanity {
  private static final long TEST_VOLUME_BYTES = 64L << 20;

  private static final GoProgram CSI_SANITY =
      GoProgram.of("csi-sanity", "github.com/kubernetes-csi/csi-test/v5/cmd/csi-sanity");

  private final LabSettings settings;
  private final Progress progress;

  private Sanity(LabSettings settings, Progress progress) {
    this.settings = settings;
    this.progress = progress;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    Progress progress = Progress.toStandardOutput();
    LabSettings settings = LabSettings.fromSystem();
    System.exit(new Sanity(settings, progress).run() ? 0 : 1);
  }

  private boolean run() throws IOException, InterruptedException {
    Path sources = settings.projectRoot().resolve("e2e/sanity");
    Path output = settings.projectRoot().resolve("e2e/target/sanity");
    Path program =
        requireNonNull(
            new GoModule(sources, settings.cache(), output.resolve("go.log"))
                .obtain(List.of(CSI_SANITY), progress)
                .get(CSI_SANITY.name()));
    Path parameters = output.resolve("parameters.yaml");
    Files.createDirectories(output);
    Files.writeString(parameters, "pool: " + AgentHost.THIN + "\n");
    Path limits = output.resolve("limits.yaml");
    Files.writeString(limits, "readIops: 2k\nwriteBandwidth: 100Mi\n");

    try (Lab lab = Lab.start(settings, progress);
        Mooring mooring = new Installation(lab, progress, Duration.ofMinutes(10)).run();
        PathServer paths = new PathServer(mooring.node1().vm().shell())) {
      List<String> command = command(program, mooring, paths, parameters, limits, output);
      boolean mounted = conforms(command, output, "mount", List.of());
      // What differs for raw devices is on the node; all the rest would be the same once more.
      boolean raw =
          conforms(
              command,
              output,
              "block",
              List.of("-csi.testvolumeaccesstype=block", "-ginkgo.focus=Node Service"));
      return mounted && raw;
    }
  }

  /** Runs it once. A run of everything must not have left anything out. */
  private boolean conforms(List<String> command, Path output, String kind, List<String> choice)
      throws IOException, InterruptedException {
    Path report = output.resolve("junit-" + kind + ".xml");
    List<String> words = new ArrayList<>(command);
    words.add("-csi.junitfile=" + report);
    words.addAll(choice);
    int exitCode = new ProcessBuilder(words).inheritIO().start().waitFor();
    SanityReport results = SanityReport.read(report);
    results.print(System.out);
    progress.say(
        "csi-sanity, %s: %d passed, %d failed, %d skipped; report %s"
            .formatted(
                kind, results.passed(), results.failed().size(), results.skipped().size(), report));
    return exitCode == 0
        && results.failed().isEmpty()
        && results.unexplained().isEmpty()
        && results.passed() > 0
        && (results.notAsked() == 0 || !choice.isEmpty());
  }

  private static List<String> command(
      Path program, Mooring mooring, PathServer paths, Path parameters, Path limits, Path output) {
    NodeHost node = mooring.node1();
    return List.of(
        program.toString(),
        "-csi.controllerendpoint=unix://" + mooring.controllerProcess().socket(),
        "-csi.endpoint=dns:///127.0.0.1:" + node.port(),
        "-csi.stagingdir=/run/sanity/staging",
        "-csi.mountdir=/run/sanity/target",
        "-csi.createstagingpathcmd=" + script(output, paths, "make"),
        "-csi.createmountpathcmd=" + script(output, paths, "make"),
        "-csi.removestagingpathcmd=" + script(output, paths, "remove"),
        "-csi.removemountpathcmd=" + script(output, paths, "remove"),
        "-csi.checkpathcmd=" + script(output, paths, "check"),
        "-csi.createpathcmdtimeout=60s",
        "-csi.removepathcmdtimeout=60s",
        "-csi.checkpathcmdtimeout=60s",
        "-csi.testvolumeparameters=" + parameters,
        "-csi.testvolumemutableparameters=" + limits,
        "-csi.testvolumesize=" + TEST_VOLUME_BYTES,
        "-csi.testvolumeexpandsize=" + 2 * TEST_VOLUME_BYTES,
        "-ginkgo.no-color",
        "-ginkgo.succinct");
  }

  private static Path script(Path output, PathServer paths, String verb) {
    Path file = output.resolve(verb);
    try {
      Files.writeString(file, paths.script(verb));
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
