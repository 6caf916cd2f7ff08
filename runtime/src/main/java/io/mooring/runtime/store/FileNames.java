package io.mooring.runtime.store;

import io.mooring.runtime.failure.Failure;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Any text as a file name and back: bytes of UTF-8 other than letters, digits, {@code _}, {@code -}
 * and {@code .} become {@code %xx}; so does a leading dot.
 */
final class FileNames {
  /** NAME_MAX is 255; the rest is for suffixes and the temporary file's decoration. */
  private static final int MAX_ESCAPED = 215;

  private static final HexFormat HEX = HexFormat.of();

  private FileNames() {}

  static String escape(String id) {
    StringBuilder name = new StringBuilder();
    for (byte octet : id.getBytes(StandardCharsets.UTF_8)) {
      if (plain(octet) && !(octet == '.' && name.isEmpty())) {
        name.append((char) octet);
      } else {
        name.append('%').append(HEX.toHexDigits(octet));
      }
    }
    if (name.isEmpty() || name.length() > MAX_ESCAPED) {
      throw Failure.invalidArgument(
          "'%s' cannot be recorded: a name must not be empty or longer than %d characters, each"
                  .formatted(id, MAX_ESCAPED)
              + " unusual one counted as three");
    }
    return name.toString();
  }

  /** The text that {@link #escape} made the name of; empty for a name that it cannot have made. */
  static Optional<String> unescape(String name) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '%') {
        if (i + 2 >= name.length()
            || !HexFormat.isHexDigit(name.charAt(i + 1))
            || !HexFormat.isHexDigit(name.charAt(i + 2))) {
          return Optional.empty();
        }
        octets.write(HexFormat.fromHexDigits(name, i + 1, i + 3));
        i += 2;
      } else {
        octets.write(c);
      }
    }
    return decode(octets.toByteArray()).filter(id -> isEscapeOf(id, name));
  }

  private static boolean isEscapeOf(String id, String name) {
    return !id.isEmpty() && name.length() <= MAX_ESCAPED && escape(id).equals(name);
  }

  private static Optional<String> decode(byte[] octets) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static boolean plain(byte octet) {
    return (octet >= 'a' && octet <= 'z')
        || (octet >= 'A' && octet <= 'Z')
        || (octet >= '0' && octet <= '9')
        || octet == '_'
        || octet == '-'
        || octet == '.';
  }
}
