package io.mooring.node.volume;

import io.mooring.node.crypt.LuksHeader;
import io.mooring.node.crypt.Passphrases;
import io.mooring.node.scsi.Wwid;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Which volumes have taken over which passphrases, so that no second of argon2id is spent on asking
 * again. What is kept is a code under a key of this process, of the passphrases and of how often
 * the header was written: neither tells anything, and a header that somebody else wrote to is asked
 * again.
 */
final class KnownPassphrases {
  private static final String CODE = "HmacSHA256";
  private static final int KEY_BYTES = 32;

  private final SecretKeySpec key = new SecretKeySpec(random(), CODE);
  private final Map<Wwid, byte[]> codes = new ConcurrentHashMap<>();

  private static byte[] random() {
    byte[] bytes = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  /** Whether just these were taken over, and the header has stayed as it was since. */
  boolean has(Wwid volume, Passphrases passphrases, LuksHeader header) {
    byte[] code = codes.get(volume);
    return code != null && MessageDigest.isEqual(code, code(passphrases, header));
  }

  /** They are taken over; the header is the one after that. */
  void note(Wwid volume, Passphrases passphrases, LuksHeader header) {
    codes.put(volume, code(passphrases, header));
  }

  void forget(Wwid volume) {
    codes.remove(volume);
  }

  private byte[] code(Passphrases passphrases, LuksHeader header) {
    try {
      Mac mac = Mac.getInstance(CODE);
      mac.init(key);
      mac.update(ByteBuffer.allocate(Long.BYTES).putLong(header.epoch()).array());
      add(mac, passphrases.current());
      add(mac, passphrases.previous().orElse(""));
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + CODE, e);
    }
  }

  private static void add(Mac mac, String word) {
    byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
    mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    mac.update(bytes);
  }
}
