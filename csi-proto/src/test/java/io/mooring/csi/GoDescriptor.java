package io.mooring.csi;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Takes the serialized {@code FileDescriptorProto} out of a Go file made by protoc-gen-go 1.36 or
 * later, which keeps it as a sum of interpreted string literals in one constant.
 */
final class GoDescriptor {
  private final String source;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private int position;

  private GoDescriptor(String source, int position) {
    this.source = source;
    this.position = position;
  }

  /**
   * The bytes of {@code constant}.
   *
   * @throws IllegalArgumentException if the constant is not there, or is not a sum of plain string
   *     literals
   */
  static byte[] extract(String goSource, String constant) {
    Objects.requireNonNull(goSource, "goSource");
    String head = "const " + constant + " = ";
    int start = goSource.indexOf(head);
    if (start < 0) {
      throw new IllegalArgumentException("no constant " + constant + " in this Go file");
    }
    return new GoDescriptor(goSource, start + head.length()).sum();
  }

  private byte[] sum() {
    literal();
    skipSpace();
    while (position < source.length() && source.charAt(position) == '+') {
      position++;
      skipSpace();
      literal();
      skipSpace();
    }
    return bytes.toByteArray();
  }

  private void literal() {
    if (next() != '"') {
      throw new IllegalArgumentException("expected a string literal before character " + position);
    }
    for (int c = next(); c != '"'; c = next()) {
      if (c == '\\') {
        escape();
      } else {
        text(c);
      }
    }
  }

  private void escape() {
    int c = next();
    switch (c) {
      case 'x' -> bytes.write(hex(2));
      case 'u' -> text(hex(4));
      case 'U' -> text(hex(8));
      case 'a' -> bytes.write(0x07);
      case 'b' -> bytes.write('\b');
      case 'f' -> bytes.write('\f');
      case 'n' -> bytes.write('\n');
      case 'r' -> bytes.write('\r');
      case 't' -> bytes.write('\t');
      case 'v' -> bytes.write(0x0b);
      case '\\', '"' -> bytes.write(c);
      default ->
          throw new IllegalArgumentException(
              "unknown escape \\" + Character.toString(c) + " before character " + position);
    }
  }

  private int hex(int digits) {
    if (position + digits > source.length()) {
      throw new IllegalArgumentException("the Go file ends within a string literal");
    }
    int value = Integer.parseInt(source, position, position + digits, 16);
    position += digits;
    return value;
  }

  private void text(int codePoint) {
    bytes.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
  }

  private int next() {
    if (position >= source.length()) {
      throw new IllegalArgumentException("the Go file ends within a string literal");
    }
    int codePoint = source.codePointAt(position);
    position += Character.charCount(codePoint);
    return codePoint;
  }

  private void skipSpace() {
    while (position < source.length() && Character.isWhitespace(source.charAt(position))) {
      position++;
    }
  }
}
