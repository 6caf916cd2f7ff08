package io.mooring.e2e.kube;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.tool.FreePorts;
import io.mooring.e2e.lab.tool.KeptProcess;
import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** cert-manager's controller for a cluster of the lab, as a process of this machine. */
final class CertManager implements AutoCloseable {
  private final KeptProcess process;

  private CertManager(KeptProcess process) {
    this.process = requireNonNull(process, "process is null");
  }

  /** Defines its API in the cluster and starts it. */
  static CertManager start(Addons addons, KubeLab lab) {
    try {
      lab.kubectl().apply(definitions(addons.certificateApi()));
    } catch (IOException e) {
      throw Failure.internal("cert-manager's API could not be read: " + e.getMessage(), e);
    }
    return new CertManager(
        KeptProcess.start(
            List.of(
                addons.word("cert-manager"),
                "--kubeconfig=" + lab.kubectl().kubeconfig(),
                "--leader-elect=false",
                "--metrics-listen-address=127.0.0.1:" + FreePorts.one()),
            lab.lab().settings().directory().resolve("cert-manager.log")));
  }

  /** Without the labels, which its chart would fill in. */
  private static String definitions(Path folder) throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file :
          files
              .filter(name -> name.getFileName().toString().startsWith("crd-"))
              .sorted()
              .toList()) {
        all.append("---\n")
            .append(
                Files.readString(file)
                    .lines()
                    .filter(line -> !line.contains("{{"))
                    .collect(Collectors.joining("\n", "", "\n")));
      }
    }
    return all.toString();
  }

  @Override
  public void close() {
    process.close();
  }
}
