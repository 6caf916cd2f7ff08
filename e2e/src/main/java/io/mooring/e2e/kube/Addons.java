package io.mooring.e2e.kube;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.LabSettings;
import io.mooring.e2e.lab.tool.GoModule;
import io.mooring.e2e.lab.tool.GoProgram;
import io.mooring.e2e.lab.tool.Progress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What many clusters have beside Kubernetes: cert-manager and a registry of their own, built from
 * the Go modules that {@code e2e/addons} pins. Of cert-manager it is the last version whose
 * controller is part of its main module; the API that the chart uses has been the same since.
 */
final class Addons {
  private static final String CERT_MANAGER = "github.com/cert-manager/cert-manager";

  private static final List<GoProgram> ALL =
      List.of(
          GoProgram.of("cert-manager", CERT_MANAGER + "/cmd/controller"),
          GoProgram.of("registry", "github.com/distribution/distribution/v3/cmd/registry"));

  private final Map<String, Path> files;
  private final Path certificateApi;

  private Addons(Map<String, Path> files, Path certificateApi) {
    this.files = Map.copyOf(files);
    this.certificateApi = requireNonNull(certificateApi, "certificateApi is null");
  }

  /** From the cache, else built now: about four minutes on two processors, once per version. */
  static Addons obtain(LabSettings settings, Progress progress) {
    GoModule go =
        new GoModule(
            settings.projectRoot().resolve("e2e/addons"),
            settings.cache(),
            settings.projectRoot().resolve("e2e/target/go.log"));
    return new Addons(go.obtain(ALL, progress), go.folder(CERT_MANAGER, "deploy/crds"));
  }

  /** The definitions of cert-manager's API, in files {@code crd-*.yaml}. */
  Path certificateApi() {
    return certificateApi;
  }

  /** The program of that name as a word of a command line. */
  String word(String name) {
    return requireNonNull(files.get(name), name).toString();
  }
}
