package io.mooring.node.iscsi.login;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.chap.Chap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** Proves this node to a target, and a target to this node (RFC 7143 section 12.1.3). */
final class ChapAnswer {
  /** IANA's numbers and the JDK's names, in the order in which they are offered. */
  private static final Map<String, String> DIGESTS = digests();

  private static final int CHALLENGE_BYTES = 16;

  private final Chap chap;
  private final byte[] challenge = new byte[CHALLENGE_BYTES];
  private final byte identifier;
  private String digest = "";

  ChapAnswer(Chap chap, SecureRandom random) {
    this.chap = requireNonNull(chap, "chap is null");
    random.nextBytes(challenge);
    identifier = (byte) random.nextInt(256);
  }

  private static Map<String, String> digests() {
    Map<String, String> digests = new LinkedHashMap<>();
    digests.put("8", "SHA3-256");
    digests.put("7", "SHA-256");
    digests.put("6", "SHA-1");
    digests.put("5", "MD5");
    return digests;
  }

  static Map<String, String> offer() {
    return Map.of("CHAP_A", String.join(",", DIGESTS.keySet()));
  }

  /** The answer to the target's question, with a question of our own where CHAP is mutual. */
  Map<String, String> to(Map<String, String> question) throws IOException {
    digest = DIGESTS.getOrDefault(required(question, "CHAP_A"), "");
    if (digest.isEmpty()) {
      throw new IOException("it wants a CHAP algorithm that was not offered");
    }
    byte id = (byte) Integer.parseInt(required(question, "CHAP_I"));
    Map<String, String> answer = new LinkedHashMap<>();
    answer.put("CHAP_N", chap.user());
    answer.put("CHAP_R", hex(hash(id, chap.password(), bytes(required(question, "CHAP_C")))));
    if (chap.mutual()) {
      answer.put("CHAP_I", Integer.toString(identifier & 0xff));
      answer.put("CHAP_C", hex(challenge));
    }
    return answer;
  }

  /** Fails unless the target has proved itself, where it has to. */
  void check(Map<String, String> proof) throws IOException {
    if (chap.mutual()) {
      byte[] expected = hash(identifier, chap.mutualPassword(), challenge);
      if (!chap.mutualUser().equals(required(proof, "CHAP_N"))
          || !MessageDigest.isEqual(expected, bytes(required(proof, "CHAP_R")))) {
        throw new IOException("it did not prove who it is");
      }
    }
  }

  private byte[] hash(byte id, String secret, byte[] asked) throws IOException {
    try {
      MessageDigest hash = MessageDigest.getInstance(digest);
      hash.update(id);
      hash.update(secret.getBytes(StandardCharsets.UTF_8));
      return hash.digest(asked);
    } catch (GeneralSecurityException e) {
      throw new IOException("this Java has no " + digest, e);
    }
  }

  private static String required(Map<String, String> keys, String key) throws IOException {
    String value = keys.get(key);
    if (value == null) {
      throw new IOException("it sent no " + key);
    }
    return value;
  }

  private static String hex(byte[] bytes) {
    return "0x" + HexFormat.of().formatHex(bytes);
  }

  private static byte[] bytes(String text) throws IOException {
    try {
      return text.startsWith("0b") || text.startsWith("0B")
          ? Base64.getDecoder().decode(text.substring(2))
          : HexFormat.of().parseHex(text.substring(2));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new IOException("it sent a CHAP value that is neither hexadecimal nor base64", e);
    }
  }
}
