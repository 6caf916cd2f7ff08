package io.mooring.controller.kube;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Under which name a volume's record is kept. */
final class RecordName {
  private static final Pattern SUBDOMAIN =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final int LONGEST = 253;
  private static final int DIGITS = 40;

  private RecordName() {}

  /** The CSI name where Kubernetes takes it as a name, else {@code v-} and 40 hex digits. */
  static String of(String csiName) {
    return shortened(csiName, LONGEST);
  }

  /** The text where Kubernetes takes it as a name of that length, else a hash of it. */
  static String shortened(String text, int longest) {
    return text.length() <= longest && SUBDOMAIN.matcher(text).matches()
        ? text
        : "v-" + digits(text, DIGITS);
  }

  /** So many hex digits of the text's hash. */
  static String digits(String text, int count) {
    return sha256(text).substring(0, count);
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
