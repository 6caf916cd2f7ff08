package io.mooring.runtime.rpc;

import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Private keys in PEM files, without a password: PKCS#8 (RFC 5958), and the older forms of one
 * algorithm each that Helm and cert-manager write, PKCS#1 for RSA (RFC 8017) and SEC1 for elliptic
 * curves (RFC 5915). The JDK reads PKCS#8 alone, which is the others in an envelope that names the
 * algorithm.
 */
final class PrivateKeys {
  private static final Pattern PEM =
      Pattern.compile(
          "-----BEGIN (RSA |EC |)PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END \\1PRIVATE KEY-----");

  private static final byte[] VERSION_0 = {2, 1, 0};

  /** rsaEncryption, 1.2.840.113549.1.1.1, and its parameters, which are nothing. */
  private static final byte[] RSA = {
    6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
  };

  /** id-ecPublicKey, 1.2.840.10045.2.1; its parameters are the curve. */
  private static final byte[] EC = {6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

  private PrivateKeys() {}

  /**
   * The first key in the text; empty when there is none in one of these forms.
   *
   * @throws IllegalArgumentException for a damaged key, or one of an algorithm other than RSA,
   *     elliptic curves and EdDSA; its message does not quote the key
   */
  static Optional<PrivateKey> find(String text) {
    Matcher pem = PEM.matcher(text);
    if (!pem.find()) {
      return Optional.empty();
    }
    byte[] der = decode(pem.group(2));
    return Optional.of(
        switch (pem.group(1)) {
          case "RSA " -> key(List.of("RSA"), envelope(RSA, der));
          case "EC " -> key(List.of("EC"), envelope(Der.join(EC, curve(der)), der));
          default -> key(List.of("EC", "RSA", "EdDSA"), der);
        });
  }

  private static byte[] decode(String base64) {
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException _) {
      throw new IllegalArgumentException("its key is damaged");
    }
  }

  private static byte[] envelope(byte[] algorithm, byte[] der) {
    return Der.wrap(
        Der.SEQUENCE,
        Der.join(VERSION_0, Der.wrap(Der.SEQUENCE, algorithm), Der.wrap(Der.OCTETS, der)));
  }

  /** SEC1: a sequence of version, key, curve (tag 0) and public key (tag 1). */
  private static byte[] curve(byte[] der) {
    return Der.read(der).stream()
        .filter(whole -> whole.tag() == Der.SEQUENCE)
        .flatMap(whole -> Der.read(whole.content()).stream())
        .filter(part -> part.tag() == Der.CONTEXT_0)
        .map(Der.Element::content)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("its key does not name its curve"));
  }

  private static PrivateKey key(List<String> algorithms, byte[] der) {
    return algorithms.stream()
        .flatMap(algorithm -> key(algorithm, der).stream())
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "its key is damaged or of no known kind (EC, RSA, EdDSA)"));
  }

  /** Empty for a key of another algorithm. */
  private static Optional<PrivateKey> key(String algorithm, byte[] der) {
    try {
      return Optional.of(
          KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der)));
    } catch (InvalidKeySpecException e) {
      return Optional.empty();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime lacks " + algorithm, e);
    }
  }
}
