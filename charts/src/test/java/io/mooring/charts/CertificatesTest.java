package io.mooring.charts;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Certificates that the chart makes: what the processes read, and what an upgrade leaves alone. */
final class CertificatesTest {
  private static final String AGENTS = "tls: {agents: [san1, san2]}";

  private static final Base64.Decoder BASE64 = Base64.getMimeDecoder();

  @BeforeEach
  @AfterEach
  void emptyCluster() {
    Chart.CLUSTER.clear();
  }

  @Test
  void everySideGetsACertificateOfOneAuthorityInItsName() throws Exception {
    Rendered rendered = Chart.render(AGENTS);
    X509Certificate authority = certificate(secret(rendered, "mooring-ca"), "tls.crt");

    assertThat(authority.getBasicConstraints()).isNotNegative();
    for (String name : List.of("mooring-controller", "san1", "san2")) {
      Secret secret =
          secret(
              rendered, name.startsWith("san") ? "mooring-agent-" + name + "-tls" : name + "-tls");
      X509Certificate certificate = certificate(secret, "tls.crt");
      certificate.verify(authority.getPublicKey());
      assertThat(certificate(secret, "ca.crt")).isEqualTo(authority);
      assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=" + name);
      assertThat(certificate.getSubjectAlternativeNames()).containsExactly(List.of(2, name));
      assertThat(certificate.getExtendedKeyUsage())
          .as("server and client")
          .contains("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
      assertThat(Duration.between(Instant.now(), certificate.getNotAfter().toInstant()))
          .isGreaterThan(Duration.ofDays(3649));
      assertThat(fits(privateKey(secret), certificate)).isTrue();
    }
  }

  @Test
  void anUpgradeKeepsThemAndMakesOnlyTheNewOne() {
    Rendered installed = Chart.render(AGENTS);
    Chart.CLUSTER.install(installed);

    Rendered upgraded = Chart.render("tls: {agents: [san1, san2, san3]}");

    for (Secret secret : installed.all(Secret.class)) {
      assertThat(secret(upgraded, secret.getMetadata().getName())).isEqualTo(secret);
    }
    assertThat(secret(upgraded, "mooring-agent-san3-tls").getData().get("ca.crt"))
        .isEqualTo(secret(installed, "mooring-ca").getData().get("tls.crt"));
  }

  @Test
  void aNewInstallationAfterUninstallGoesOnWithTheKeptAuthority() throws Exception {
    Rendered first = Chart.render("{}");
    Chart.CLUSTER.install(first);
    Chart.CLUSTER.delete("mooring-controller-tls");

    Rendered second = Chart.render("{}");

    assertThat(secret(first, "mooring-ca").getMetadata().getAnnotations())
        .containsEntry("helm.sh/resource-policy", "keep");
    assertThat(secret(second, "mooring-ca").getData())
        .isEqualTo(secret(first, "mooring-ca").getData());
    certificate(secret(second, "mooring-controller-tls"), "tls.crt")
        .verify(certificate(secret(first, "mooring-ca"), "tls.crt").getPublicKey());
  }

  @Test
  void agentsInTheClusterGetTheirsByThemselves() {
    assertThat(Chart.render(Samples.AGENTS).all(Secret.class))
        .extracting(secret -> secret.getMetadata().getName())
        .containsExactlyInAnyOrder(
            "mooring-ca",
            "mooring-controller-tls",
            "mooring-agent-san1-tls",
            "mooring-agent-san2-tls");
  }

  private static Secret secret(Rendered rendered, String name) {
    return rendered.one(Secret.class, name);
  }

  private static X509Certificate certificate(Secret secret, String key)
      throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(BASE64.decode(secret.getData().get(key))));
  }

  /** In the form that the processes read, and no other. */
  private static PrivateKey privateKey(Secret secret) throws GeneralSecurityException {
    String pem =
        new String(BASE64.decode(secret.getData().get("tls.key")), StandardCharsets.US_ASCII);
    assertThat(pem)
        .startsWith("-----BEGIN PRIVATE KEY-----\n")
        .endsWith("-----END PRIVATE KEY-----\n");
    assertThat(pem.lines()).allMatch(line -> line.length() <= 64);
    String body = pem.replaceAll("-----[A-Z ]+-----", "");
    return KeyFactory.getInstance("EC")
        .generatePrivate(new PKCS8EncodedKeySpec(BASE64.decode(body)));
  }

  private static boolean fits(PrivateKey key, X509Certificate certificate)
      throws GeneralSecurityException {
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(key);
    byte[] signed = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    return signature.verify(signed);
  }
}
