package io.mooring.runtime.rpc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import javax.security.auth.x500.X500Principal;

/**
 * A certificate authority for tests: makes EC certificates with the JDK alone, by writing the few
 * DER structures of RFC 5280 that they consist of.
 */
public final class TestCertificates {
  /** ecdsa-with-SHA256, 1.2.840.10045.4.3.2. */
  private static final byte[] ECDSA_SHA256 =
      sequence(new byte[] {6, 8, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 4, 3, 2});

  private static final byte[] BASIC_CONSTRAINTS = {6, 3, 0x55, 0x1d, 0x13};
  private static final byte[] SUBJECT_ALTERNATIVE_NAME = {6, 3, 0x55, 0x1d, 0x11};
  private static final byte[] TRUE = {1, 1, (byte) 0xff};

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private final X500Principal name;
  private final KeyPair keys;
  private final byte[] certificate;

  private TestCertificates(String commonName) {
    this.name = new X500Principal("CN=" + commonName);
    this.keys = newKeys();
    Instant now = Instant.now();
    this.certificate =
        sign(
            name,
            keys.getPublic(),
            now.minus(Duration.ofDays(2)),
            now.plus(Duration.ofDays(30)),
            extension(BASIC_CONSTRAINTS, TRUE, sequence(TRUE)));
  }

  /** A new authority with a key of its own. */
  public static TestCertificates authority(String commonName) {
    return new TestCertificates(commonName);
  }

  /**
   * Makes a certificate for that DNS name, good from yesterday for 30 days, and writes {@code
   * NAME.crt}, {@code NAME.key} and {@code ca.crt} into the directory.
   */
  public TlsFiles issue(Path directory, String dnsName) {
    Instant now = Instant.now();
    return issue(directory, dnsName, now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(30)));
  }

  /** The same with a certificate that ended an hour ago. */
  public TlsFiles issueExpired(Path directory, String dnsName) {
    Instant now = Instant.now();
    return issue(directory, dnsName, now.minus(Duration.ofDays(1)), now.minus(Duration.ofHours(1)));
  }

  private TlsFiles issue(Path directory, String dnsName, Instant from, Instant until) {
    KeyPair pair = newKeys();
    byte[] dns = tagged(0x82, dnsName.getBytes(StandardCharsets.US_ASCII));
    byte[] signed =
        sign(
            new X500Principal("CN=" + dnsName),
            pair.getPublic(),
            from,
            until,
            extension(SUBJECT_ALTERNATIVE_NAME, new byte[0], sequence(dns)));
    return new TlsFiles(
        write(directory.resolve(dnsName + ".crt"), "CERTIFICATE", signed),
        write(directory.resolve(dnsName + ".key"), "PRIVATE KEY", pair.getPrivate().getEncoded()),
        writeAuthority(directory.resolve("ca.crt")));
  }

  /** Writes the authority's own certificate. */
  public Path writeAuthority(Path file) {
    return write(file, "CERTIFICATE", certificate);
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has P-256", e);
    }
  }

  private byte[] sign(
      X500Principal subject, PublicKey key, Instant from, Instant until, byte[] extension) {
    byte[] body =
        sequence(
            tagged(0xa0, new byte[] {2, 1, 2}), // version 3
            tagged(0x02, new BigInteger(64, new SecureRandom()).add(BigInteger.ONE).toByteArray()),
            ECDSA_SHA256,
            name.getEncoded(),
            sequence(time(from), time(until)),
            subject.getEncoded(),
            key.getEncoded(),
            tagged(0xa3, sequence(extension)));
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(keys.getPrivate());
      signature.update(body);
      return sequence(body, ECDSA_SHA256, tagged(0x03, concat(new byte[1], signature.sign())));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has ECDSA", e);
    }
  }

  private static byte[] extension(byte[] id, byte[] critical, byte[] value) {
    return sequence(id, critical, tagged(0x04, value));
  }

  /** GeneralizedTime. */
  private static byte[] time(Instant instant) {
    return tagged(0x18, TIME.format(instant).getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] sequence(byte[]... parts) {
    return tagged(0x30, concat(parts));
  }

  /** Tag, length in its shortest form, content. */
  private static byte[] tagged(int tag, byte[] content) {
    int length = content.length;
    if (length < 0x80) {
      return concat(new byte[] {(byte) tag, (byte) length}, content);
    }
    if (length < 0x100) {
      return concat(new byte[] {(byte) tag, (byte) 0x81, (byte) length}, content);
    }
    return concat(
        new byte[] {(byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length}, content);
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static Path write(Path file, String label, byte[] der) {
    String pem =
        "-----BEGIN %s-----\n%s\n-----END %s-----\n"
            .formatted(
                label, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), label);
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      return Files.writeString(file, pem);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
