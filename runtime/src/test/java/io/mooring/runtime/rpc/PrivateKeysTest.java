package io.mooring.runtime.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys as openssl, Helm and cert-manager write them; those in the resources are openssl's. */
class PrivateKeysTest {
  private static final Path KEYS = Path.of("src/test/resources/keys");

  @TempDir Path directory;

  private static TlsFiles files(String certificate, Path key) {
    Path file = KEYS.resolve(certificate);
    return new TlsFiles(file, key, file);
  }

  private static BigInteger secret(String key) throws IOException {
    return switch (PrivateKeys.find(Files.readString(KEYS.resolve(key))).orElseThrow()) {
      case RSAPrivateKey rsa -> rsa.getPrivateExponent();
      case ECPrivateKey ec -> ec.getS();
      case PrivateKey other -> throw new AssertionError(other.getAlgorithm());
    };
  }

  @ParameterizedTest
  @CsvSource({
    "rsa.pkcs8.key, rsa.crt, RSA",
    "rsa.pkcs1.key, rsa.crt, RSA",
    "ec.pkcs8.key, ec.crt, EC",
    "ec.sec1.key, ec.crt, EC"
  })
  void everyFormIsReadAndFitsItsCertificate(String key, String certificate, String algorithm) {
    TlsMaterial material = TlsMaterial.read(files(certificate, KEYS.resolve(key)));

    assertThat(material.key().getAlgorithm()).isEqualTo(algorithm);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rsa", "ec"})
  void theOlderFormsHoldTheSameKeyAsPkcs8(String algorithm) throws Exception {
    String older = algorithm.equals("rsa") ? "rsa.pkcs1.key" : "ec.sec1.key";

    assertThat(secret(older)).isEqualTo(secret(algorithm + ".pkcs8.key"));
  }

  @Test
  void aKeyWithAPasswordIsNamedAsSuch() {
    Path locked = KEYS.resolve("ec.locked.key");

    assertThatThrownBy(() -> TlsMaterial.read(files("ec.crt", locked)))
        .isInstanceOf(Failure.class)
        .hasMessageContaining(locked.toString())
        .hasMessageContaining("it holds no key without password");
  }

  @Test
  void theKeyOfAnotherCertificateIsRefused() {
    assertThatThrownBy(() -> TlsMaterial.read(files("ec.crt", KEYS.resolve("rsa.pkcs1.key"))))
        .hasMessageContaining("it is not the key of");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10, 60, 120})
  void aDamagedKeyIsRefusedWithoutQuotingIt(int length) throws Exception {
    String whole = Files.readString(KEYS.resolve("ec.sec1.key"));
    String body =
        whole.substring(whole.indexOf("EC PRIVATE KEY-----") + 19, whole.lastIndexOf("-----END"));
    byte[] cut = new byte[length];
    System.arraycopy(Base64.getMimeDecoder().decode(body), 0, cut, 0, length);
    String text = Base64.getEncoder().encodeToString(cut);
    Path file =
        Files.writeString(
            directory.resolve("cut.key"),
            "-----BEGIN EC PRIVATE KEY-----\n" + text + "\n-----END EC PRIVATE KEY-----\n",
            StandardCharsets.US_ASCII);

    assertThatThrownBy(() -> TlsMaterial.read(files("ec.crt", file)))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("its key")
        .hasMessageNotContaining(text);
  }
}
