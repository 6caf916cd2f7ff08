package io.mooring.runtime.rpc;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.metrics.Metrics;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * When our own certificate ends, for Prometheus. Whoever renews it may have copied it to here by
 * hand, and peers refuse the process from that moment on.
 */
public final class CertificateEnd {
  private final TlsFiles files;
  private @Nullable TlsReloader reloader;

  CertificateEnd(TlsFiles files) {
    this.files = requireNonNull(files, "files is null");
  }

  /** Shows it from now on, as the files are then. */
  public static void measure(Metrics metrics, TlsFiles files) {
    CertificateEnd end = new CertificateEnd(files);
    metrics.level(
        "mooring_tls_certificate_expires_timestamp_seconds",
        "When the process's own certificate, or an intermediate one of its file, ends.",
        end::now);
  }

  /** Seconds since 1970; NaN while the files cannot be used, which others complain of. */
  synchronized double now() {
    try {
      if (reloader == null) {
        reloader = new TlsReloader(files);
      }
      return of(reloader.current().material().chain()).getEpochSecond();
    } catch (Failure _) {
      return Double.NaN;
    }
  }

  /** The end of the first that ends. */
  static Instant of(Collection<X509Certificate> chain) {
    return chain.stream()
        .map(certificate -> certificate.getNotAfter().toInstant())
        .min(Comparator.naturalOrder())
        .orElseThrow(() -> new IllegalArgumentException("a chain has a certificate"));
  }
}
