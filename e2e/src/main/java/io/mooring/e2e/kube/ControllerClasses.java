package io.mooring.e2e.kube;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.LabSettings;
import io.mooring.e2e.lab.dist.Distribution;
import io.mooring.e2e.lab.tool.HostTool;
import io.mooring.e2e.lab.tool.Progress;
import io.mooring.e2e.lab.tool.Trees;
import io.mooring.e2e.startup.ClassList;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.rpc.TestCertificates;
import io.mooring.runtime.rpc.TlsFiles;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The classes of a controller in Kubernetes, added to those of one without: it runs on this machine
 * against an API server without nodes until it has told what it thinks of a storage target.
 */
final class ControllerClasses {
  private static final String NAMESPACE = "mooring-system";
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final LabSettings settings;
  private final Programs programs;
  private final Progress progress;

  ControllerClasses(LabSettings settings, Programs programs, Progress progress) {
    this.settings = requireNonNull(settings, "settings is null");
    this.programs = requireNonNull(programs, "programs is null");
    this.progress = requireNonNull(progress, "progress is null");
  }

  void note() throws IOException {
    Path list = settings.projectRoot().resolve("deploy/classes/controller.lst.gz");
    Path folder = Files.createTempDirectory("mooring-classes");
    try (ControlPlane plane =
        new ControlPlane(
            programs, folder.resolve("plane"), folder.resolve("egress.sock"), List.of())) {
      progress.say("classes: a controller in Kubernetes");
      Kubectl kubectl = plane.start();
      prepare(kubectl);
      Path noted = folder.resolve("classes.lst");
      run(kubectl, folder, noted);
      ClassList.write(list, ClassList.read(list), Files.readString(noted));
    } finally {
      Trees.delete(folder);
    }
    progress.say("classes: added to " + list);
  }

  private void prepare(Kubectl kubectl) {
    kubectl.check("create", "namespace", NAMESPACE);
    Kubectl helm = new Kubectl(programs.file("helm"), kubectl.kubeconfig());
    String chart = settings.projectRoot().resolve("charts/mooring").toString();
    kubectl.apply(helm.check("template", "mooring", chart, "--show-only=templates/crds.yaml"));
    kubectl.check("wait", "crd", "--all", "--for=condition=Established", "--timeout=60s");
    kubectl.apply(
        """
        apiVersion: mooring.io/v1alpha1
        kind: StorageTarget
        metadata: {name: nowhere}
        spec: {endpoint: "127.0.0.1:1"}
        """);
  }

  private void run(Kubectl kubectl, Path folder, Path noted) throws IOException {
    Path home = folder.resolve("mooring");
    Path log = settings.projectRoot().resolve("e2e/target/classes.log");
    new Distribution(settings, new HostTool(log), progress).assemble(home);
    Process controller = start(kubectl, folder, home, noted, log);
    try {
      KubeLab.await(
          "the storage target's status; the log is " + log,
          LIMIT,
          () -> kubectl.check("get", "storagetarget/nowhere", "-o=jsonpath={.status.conditions}"),
          conditions -> !conditions.isBlank());
    } finally {
      end(controller);
    }
  }

  private static Process start(Kubectl kubectl, Path folder, Path home, Path noted, Path log)
      throws IOException {
    TlsFiles tls = TestCertificates.authority("classes").issue(folder, "controller");
    ProcessBuilder builder =
        new ProcessBuilder(
            home.resolve("bin/mooring-controller").toString(),
            "--kubernetes=true",
            "--endpoint=" + folder.resolve("controller.sock"),
            "--tls.certificate=" + tls.certificate(),
            "--tls.private-key=" + tls.privateKey(),
            "--tls.authority=" + tls.authority(),
            "--metrics-listen=127.0.0.1:0",
            "--link.listen=127.0.0.1:0",
            "--link.node-account=mooring-node",
            "--link.authority-map=mooring-link");
    builder
        .environment()
        .putAll(
            Map.of(
                "KUBECONFIG",
                kubectl.kubeconfig().toString(),
                "MOORING_HOME",
                home.toString(),
                "MOORING_NAMESPACE",
                NAMESPACE,
                "MOORING_POD_NAME",
                "classes",
                "MOORING_JAVA_OPTIONS",
                "-Xshare:off -XX:DumpLoadedClassList=" + noted));
    return builder
        .redirectErrorStream(true)
        .redirectOutput(Redirect.appendTo(log.toFile()))
        .start();
  }

  /** In order, since the JVM writes the last of its list at its end. */
  private static void end(Process controller) {
    controller.destroy();
    try {
      if (!controller.waitFor(20, TimeUnit.SECONDS)) {
        controller.destroyForcibly();
      }
    } catch (InterruptedException e) {
      controller.destroyForcibly();
      Thread.currentThread().interrupt();
      throw Failure.unavailable("interrupted while the controller ended");
    }
  }
}
