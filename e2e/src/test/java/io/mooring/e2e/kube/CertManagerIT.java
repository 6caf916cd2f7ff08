package io.mooring.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.deployment.AgentHost;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The certificates of controller and agents as cert-manager makes and renews them. */
@Tag("k8s-long")
@ExtendWith(KubeExtension.class)
class CertManagerIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String OF_CONTROLLER = MooringRelease.NAME + "-controller-tls";

  private final KubeLab lab;
  private final MooringRelease release;

  CertManagerIT(KubeLab lab) {
    this.lab = lab;
    this.release = new MooringRelease(lab);
  }

  @Test
  void controllerAndAgentMeetByCertificatesOfCertManagerAndByRenewedOnes() {
    Addons addons = Addons.obtain(lab.lab().settings(), lab.progress());
    try (var _ = CertManager.start(addons, lab)) {
      reinstall("cert-manager");
      assertThat(issuer()).contains("cert-manager.io/issuer-name");
      assertThat(release.test()).contains("Succeeded").doesNotContain("Failed");

      String first = certificate();
      inNamespace("delete", "secret", OF_CONTROLLER);
      KubeLab.await(
          "a new certificate of the controller",
          PATIENCE,
          this::certificate,
          now -> !now.isEmpty() && !now.equals(first));
      assertThat(release.test()).contains("Succeeded").doesNotContain("Failed");
    } finally {
      reinstall("generated");
    }
  }

  /** Nothing of the certificates before is left: neither in the cluster nor on the storage host. */
  private void reinstall(String mode) {
    release.uninstall();
    inNamespace(
        "delete",
        "secret",
        "--ignore-not-found",
        OF_CONTROLLER,
        MooringRelease.NAME + "-ca",
        MooringRelease.NAME + "-agent-" + AgentHost.TARGET + "-tls");
    release.installAnew("--set=tls.mode=" + mode);
  }

  private String issuer() {
    return inNamespace("get", "secret", OF_CONTROLLER, "-o=jsonpath={.metadata.annotations}");
  }

  private String certificate() {
    return inNamespace(
        "get", "secret", "--ignore-not-found", OF_CONTROLLER, "-o=jsonpath={.data.tls\\.crt}");
  }

  private String inNamespace(String... words) {
    String[] all = new String[words.length + 1];
    System.arraycopy(words, 0, all, 0, words.length);
    all[words.length] = "--namespace=" + MooringRelease.NAMESPACE;
    return lab.kubectl().check(all);
  }
}
