package io.mooring.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.controller.target.StorageTarget;
import io.mooring.controller.target.TargetState;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.security.cert.CertificateException;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class VerdictTest {
  private static final StorageTarget TARGET = new StorageTarget("san-a", "a:1", "san-a");

  private static Failure unavailable(Throwable cause) {
    return new Failure(Kind.UNAVAILABLE, "no", new IllegalStateException(cause));
  }

  @Test
  void certificatesAreToldFromNetworks() {
    assertThat(Verdict.of(TARGET, unavailable(new CertificateException("x"))).reason())
        .isEqualTo("WrongCertificate");
    assertThat(Verdict.of(TARGET, unavailable(new SSLHandshakeException("x"))).reason())
        .isEqualTo("WrongCertificate");
    assertThat(Verdict.of(TARGET, unavailable(new java.net.ConnectException("x"))).reason())
        .isEqualTo("Unreachable");
  }

  @Test
  void aTargetInTroubleIsNotBlamedForItsSilence() {
    assertThat(
            Verdict.of(
                    TARGET.because("the Secret x does not exist; create it"),
                    Failure.unavailable("x"))
                .reason())
        .isEqualTo("SecretMissing");
  }

  @Test
  void aHostWithoutPoolsTakesNoVolumes() {
    Verdict verdict =
        Verdict.of(
            TARGET,
            new TargetState(
                "1",
                List.of(new io.mooring.controller.target.Portal("192.0.2.1", 3260)),
                List.of()));

    assertThat(verdict.ready()).isFalse();
    assertThat(verdict.reason()).isEqualTo("PoolRefuses");
  }
}
