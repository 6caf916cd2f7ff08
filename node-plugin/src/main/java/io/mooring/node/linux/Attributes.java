package io.mooring.node.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** The attributes that follow a netlink message's fixed part: length, type, value, padded to 4. */
public final class Attributes {
  private static final int HEADER_BYTES = 4;
  private static final int TYPE_MASK = 0x3fff;

  private Attributes() {}

  /** How many bytes an attribute with that value takes. */
  public static int size(byte[] value) {
    return HEADER_BYTES + padded(value.length);
  }

  /** Appends an attribute. */
  public static void put(ByteBuffer message, int type, byte[] value) {
    int end = message.position() + size(value);
    message.putShort((short) (HEADER_BYTES + value.length)).putShort((short) type).put(value);
    message.position(end);
  }

  /**
   * The value of an attribute; empty when there is none of that type.
   *
   * @param offset where the attributes begin
   */
  public static Optional<ByteBuffer> find(ByteBuffer message, int offset, int type) {
    int at = offset;
    while (at + HEADER_BYTES <= message.limit()) {
      int length = Short.toUnsignedInt(message.getShort(at));
      if (length < HEADER_BYTES || at + length > message.limit()) {
        return Optional.empty();
      }
      if ((message.getShort(at + 2) & TYPE_MASK) == type) {
        return Optional.of(
            message.slice(at + HEADER_BYTES, length - HEADER_BYTES).order(ByteOrder.nativeOrder()));
      }
      at += padded(length);
    }
    return Optional.empty();
  }

  private static int padded(int length) {
    return (length + 3) & ~3;
  }
}
