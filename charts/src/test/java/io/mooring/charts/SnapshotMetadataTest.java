package io.mooring.charts;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Changed blocks for backup programs: the sidecar, and what makes callers find and believe it. */
final class SnapshotMetadataTest {
  private static final String ON = "snapshotMetadata: {enabled: true}";
  private static final String TLS = "mooring-snapshot-metadata-tls";
  private static final String PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n";

  @BeforeEach
  @AfterEach
  void emptyCluster() {
    Chart.CLUSTER.clear();
  }

  @Test
  void withoutItNothingOfItIsThere() {
    assertThat(Chart.template("{}"))
        .doesNotContain("snapshot-metadata", "SnapshotMetadata", "9759", "9760");
  }

  @Test
  void theSidecarServesWhatTheControllersSocketAnswers() {
    PodSpec pod = controller(Chart.render(ON));
    Container sidecar = sidecar(pod);

    assertThat(sidecar.getArgs())
        .contains(
            "--csi-address=/run/mooring/controller.sock",
            "--port=9760",
            "--http-endpoint=:9759",
            "--tls-cert=/etc/snapshot-metadata/tls/tls.crt",
            "--tls-key=/etc/snapshot-metadata/tls/tls.key");
    assertThat(sidecar.getImage())
        .isEqualTo("registry.k8s.io/sig-storage/csi-snapshot-metadata:v1.1.0");
    assertThat(sidecar.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(sidecar.getResources().getLimits()).containsOnlyKeys("memory");
    assertThat(secretsOf(pod)).contains(TLS);
  }

  /** NodeLink's Service leaves out a pod that is not ready. */
  @Test
  void aSidecarThatFailsTakesNoNodeItsLink() {
    assertThat(sidecar(controller(Chart.render(ON))).getReadinessProbe()).isNull();
  }

  @Test
  void callersFindItByTheDriversNameAndBelieveItByItsAuthority() throws Exception {
    Rendered rendered = Chart.render(ON);
    Secret secret = rendered.one(Secret.class, TLS);
    X509Certificate certificate = certificate(secret, "tls.crt");

    assertThat(announcement(rendered))
        .containsEntry("address", "mooring-snapshot-metadata.mooring-system.svc:9760")
        .containsEntry("audience", "csi.mooring.io/snapshot-metadata")
        .containsEntry("caCert", secret.getData().get("ca.crt"));
    certificate.verify(certificate(secret, "ca.crt").getPublicKey());
    assertThat(certificate.getSubjectAlternativeNames())
        .containsExactly(List.of(2, "mooring-snapshot-metadata.mooring-system.svc"));
    assertThat(rendered.one(Service.class, "mooring-snapshot-metadata").getSpec().getPorts())
        .singleElement()
        .satisfies(port -> {
          assertThat(port.getPort()).isEqualTo(9760);
          assertThat(port.getTargetPort().getStrVal()).isEqualTo("metadata");
        });
  }

  /** Agents take orders from whoever has a certificate of theirs. */
  @Test
  void itsAuthorityIsNotThatOfTheAgents() {
    Rendered rendered = Chart.render(ON);

    assertThat(rendered.one(Secret.class, TLS).getData().get("ca.crt"))
        .isNotEqualTo(rendered.one(Secret.class, "mooring-ca").getData().get("tls.crt"));
    assertThat(Chart.template("tls: {mode: cert-manager}\n" + caCert()))
        .contains("usages: [digital signature, server auth]");
  }

  @Test
  void anotherAddressIsInTheCertificate() throws Exception {
    Rendered rendered =
        Chart.render(
            "snapshotMetadata: {enabled: true, address: '192.0.2.7:9760', clusterIP: 192.0.2.7}");

    assertThat(announcement(rendered)).containsEntry("address", "192.0.2.7:9760");
    assertThat(certificate(rendered.one(Secret.class, TLS), "tls.crt").getSubjectAlternativeNames())
        .containsExactly(List.of(7, "192.0.2.7"));
    assertThat(rendered.one(Service.class, "mooring-snapshot-metadata").getSpec().getClusterIP())
        .isEqualTo("192.0.2.7");
  }

  @Test
  void anUpgradeKeepsTheCertificateAndWhatCallersBelieve() {
    Rendered installed = Chart.render(ON);
    Chart.CLUSTER.install(installed);

    Rendered upgraded = Chart.render(ON);

    assertThat(upgraded.one(Secret.class, TLS)).isEqualTo(installed.one(Secret.class, TLS));
    assertThat(announcement(upgraded)).isEqualTo(announcement(installed));
  }

  @Test
  void aCertificateOfSomebodyElseNeedsItsAuthority() {
    for (String mode : List.of("cert-manager", "secrets")) {
      assertThatThrownBy(() -> Chart.template(ON + "\ntls: {mode: " + mode + "}"))
          .as(mode)
          .hasMessageContaining("snapshotMetadata.caCert: backup programs must be told");
      assertThat(
              announcement(
                  Rendered.parse(Chart.template("tls: {mode: %s}\n".formatted(mode) + caCert()))))
          .as(mode)
          .containsEntry(
              "caCert",
              Base64.getEncoder().encodeToString(PEM.getBytes(StandardCharsets.US_ASCII)));
    }
  }

  @Test
  void theAuthorityInAGivenSecretIsTaken() {
    Rendered before = Chart.render(ON);
    Chart.CLUSTER.install(before);

    assertThat(announcement(Rendered.parse(Chart.template(ON + "\ntls: {mode: secrets}"))))
        .containsEntry("caCert", before.one(Secret.class, TLS).getData().get("ca.crt"));
  }

  @Test
  void thePolicyLetsBackupProgramsInOrOnlyThese() {
    assertThat(ofCallers(Chart.render(ON)).getFrom()).isEmpty();
    assertThat(
            ofCallers(
                    Chart.render(
                        ON
                            + "\nnetworkPolicy: {snapshotMetadataFrom: [{namespaceSelector: {matchLabels: {backup: 'yes'}}}]}"))
                .getFrom())
        .singleElement()
        .satisfies(peer ->
            assertThat(peer.getNamespaceSelector().getMatchLabels())
                .isEqualTo(Map.of("backup", "yes")));
  }

  private static String caCert() {
    return "snapshotMetadata: {enabled: true, caCert: \"%s\"}".formatted(PEM.replace("\n", "\\n"));
  }

  private static NetworkPolicyIngressRule ofCallers(Rendered rendered) {
    return rendered.one(NetworkPolicy.class, "mooring-controller").getSpec().getIngress().stream()
        .filter(rule ->
            rule.getPorts().stream().anyMatch(port -> port.getPort().getIntVal().equals(9760)))
        .findFirst()
        .orElseThrow();
  }

  private static PodSpec controller(Rendered rendered) {
    return rendered.one(Deployment.class, "mooring-controller").getSpec().getTemplate().getSpec();
  }

  private static Container sidecar(PodSpec pod) {
    return pod.getContainers().stream()
        .filter(container -> container.getName().equals("csi-snapshot-metadata"))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> secretsOf(PodSpec pod) {
    return pod.getVolumes().stream()
        .map(Volume::getSecret)
        .filter(secret -> secret != null)
        .map(secret -> secret.getSecretName())
        .toList();
  }

  /** The SnapshotMetadataService's specification. */
  @SuppressWarnings("unchecked")
  private static Map<String, Object> announcement(Rendered rendered) {
    Map<String, Object> object =
        rendered.trees().stream()
            .filter(tree -> "SnapshotMetadataService".equals(tree.get("kind")))
            .findFirst()
            .orElseThrow();
    assertThat(object).containsEntry("apiVersion", "cbt.storage.k8s.io/v1beta1");
    assertThat((Map<String, Object>) object.get("metadata"))
        .containsEntry("name", "csi.mooring.io");
    return (Map<String, Object>) requireNonNull(object.get("spec"));
  }

  private static X509Certificate certificate(Secret secret, String key)
      throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(
                    Base64.getDecoder().decode(secret.getData().getOrDefault(key, ""))));
  }
}
