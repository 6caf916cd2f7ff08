package io.mooring.runtime.rpc;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The content of {@link TlsFiles}, read and checked.
 *
 * @param chain our certificate first
 * @param key fits the first certificate
 * @param trust believes the authority and nobody else
 */
record TlsMaterial(List<X509Certificate> chain, PrivateKey key, X509ExtendedTrustManager trust) {
  /**
   * Reads the files.
   *
   * @throws Failure FAILED_PRECONDITION that names the file at fault
   */
  static TlsMaterial read(TlsFiles files) {
    List<X509Certificate> chain = certificates(files.certificate());
    PrivateKey key = privateKey(files.privateKey());
    checkPair(files, chain.getFirst(), key);
    return new TlsMaterial(chain, key, trust(files.authority()));
  }

  X509Certificate[] chainArray() {
    return chain.toArray(X509Certificate[]::new);
  }

  private static List<X509Certificate> certificates(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      List<X509Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (certificates.isEmpty()) {
        throw bad(file, "it holds no certificate", null);
      }
      return certificates;
    } catch (IOException | GeneralSecurityException e) {
      throw bad(file, e.toString(), e);
    }
  }

  private static PrivateKey privateKey(Path file) {
    try {
      return PrivateKeys.find(Files.readString(file, StandardCharsets.US_ASCII))
          .orElseThrow(() ->
              bad(
                  file,
                  "it holds no key without password (BEGIN PRIVATE KEY, BEGIN RSA PRIVATE KEY or"
                      + " BEGIN EC PRIVATE KEY)",
                  null));
    } catch (IllegalArgumentException e) {
      throw bad(file, String.valueOf(e.getMessage()), null);
    } catch (IOException e) {
      // Not the exception's text: it could quote the key.
      throw bad(file, e.getClass().getSimpleName(), null);
    }
  }

  /** A wrong pair would otherwise show as a failed handshake, at the peer. */
  private static void checkPair(TlsFiles files, X509Certificate certificate, PrivateKey key) {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> "EdDSA";
        };
    byte[] sample = new byte[32];
    boolean fits;
    try {
      Signature signer = Signature.getInstance(algorithm);
      signer.initSign(key);
      signer.update(sample);
      byte[] signed = signer.sign();
      Signature verifier = Signature.getInstance(algorithm);
      verifier.initVerify(certificate.getPublicKey());
      verifier.update(sample);
      fits = verifier.verify(signed);
    } catch (GeneralSecurityException _) {
      fits = false; // a key of another algorithm or length
    }
    if (!fits) {
      throw bad(files.privateKey(), "it is not the key of " + files.certificate(), null);
    }
  }

  /**
   * Belief in the authorities of a file and nobody else.
   *
   * @throws Failure FAILED_PRECONDITION that names the file
   */
  static X509ExtendedTrustManager trust(Path file) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate certificate : certificates(file)) {
        store.setCertificateEntry("authority-" + number++, certificate);
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      return Arrays.stream(factory.getTrustManagers())
          .filter(X509ExtendedTrustManager.class::isInstance)
          .map(X509ExtendedTrustManager.class::cast)
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("this JDK has no PKIX trust manager"));
    } catch (IOException | GeneralSecurityException e) {
      throw bad(file, e.toString(), e);
    }
  }

  private static Failure bad(Path file, String cause, @Nullable Throwable thrown) {
    return new Failure(
        Kind.FAILED_PRECONDITION,
        "the TLS file %s cannot be used: %s; put a PEM file there".formatted(file, cause),
        thrown);
  }
}
