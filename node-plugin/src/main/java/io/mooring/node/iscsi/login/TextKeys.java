package io.mooring.node.iscsi.login;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** The text of a login: {@code key=value}, each with a zero after it (RFC 7143 section 6.1). */
final class TextKeys {
  private TextKeys() {}

  static byte[] write(Map<String, String> keys) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    keys.forEach((key, value) -> {
      bytes.writeBytes((key + "=" + value).getBytes(StandardCharsets.UTF_8));
      bytes.write(0);
    });
    return bytes.toByteArray();
  }

  /** Of a key that is there twice, which no target may send, the last one counts. */
  static Map<String, String> read(byte[] text) throws IOException {
    Map<String, String> keys = new LinkedHashMap<>();
    for (String pair : new String(text, StandardCharsets.UTF_8).split("\0", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        keys.put(pair.substring(0, equals), pair.substring(equals + 1));
      } else if (!pair.isEmpty()) {
        throw new IOException("it sent a text without a key");
      }
    }
    return keys;
  }
}
