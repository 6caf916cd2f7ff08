package io.mooring.runtime.rpc;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

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
      Matcher pem = PKCS8.matcher(Files.readString(file, StandardCharsets.US_ASCII));
      if (!pem.find()) {
        throw bad(file, "it holds no PKCS#8 key without password (BEGIN PRIVATE KEY)", null);
      }
      byte[] der = Base64.getMimeDecoder().decode(pem.group(1));
      for (String algorithm : List.of("EC", "RSA", "EdDSA")) {
        Optional<PrivateKey> key = decode(algorithm, der);
        if (key.isPresent()) {
          return key.get();
        }
      }
      throw bad(file, "its key is of no known kind (EC, RSA, EdDSA)", null);
    } catch (IOException | IllegalArgumentException | GeneralSecurityException e) {
      // Not the exception's text: it could quote the key.
      throw bad(file, e.getClass().getSimpleName(), null);
    }
  }

  /** Empty for a key of another algorithm. */
  private static Optional<PrivateKey> decode(String algorithm, byte[] der)
      throws NoSuchAlgorithmException {
    try {
      return Optional.of(
          KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der)));
    } catch (InvalidKeySpecException e) {
      return Optional.empty();
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

  private static X509ExtendedTrustManager trust(Path file) {
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
