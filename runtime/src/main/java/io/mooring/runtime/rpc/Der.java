package io.mooring.runtime.rpc;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** As much of ASN.1's distinguished encoding (X.690) as private keys need. */
final class Der {
  static final int SEQUENCE = 0x30;
  static final int OCTETS = 0x04;
  static final int CONTEXT_0 = 0xa0;

  private static final int LONG_LENGTH = 0x80;

  private Der() {}

  /**
   * One element.
   *
   * @param tag of one byte, 0 to 255
   * @param content without tag and length
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Element(int tag, byte[] content) {}

  /**
   * The elements that follow each other in the bytes.
   *
   * @throws IllegalArgumentException when the bytes are no elements
   */
  static List<Element> read(byte[] bytes) {
    ByteBuffer from = ByteBuffer.wrap(bytes);
    List<Element> elements = new ArrayList<>();
    while (from.hasRemaining()) {
      int tag = next(from);
      byte[] content = new byte[length(from)];
      from.get(content);
      elements.add(new Element(tag, content));
    }
    return elements;
  }

  private static int length(ByteBuffer from) {
    int first = next(from);
    int length = first;
    if (first >= LONG_LENGTH) {
      length = 0;
      for (int left = first - LONG_LENGTH; left > 0 && length <= from.remaining(); left--) {
        length = length << 8 | next(from);
      }
    }
    if (length > from.remaining()) {
      throw damaged();
    }
    return length;
  }

  private static int next(ByteBuffer from) {
    if (!from.hasRemaining()) {
      throw damaged();
    }
    return from.get() & 0xff;
  }

  private static IllegalArgumentException damaged() {
    return new IllegalArgumentException("its key is damaged");
  }

  /** Puts tag and length, in its shortest form, before the content. */
  static byte[] wrap(int tag, byte[] content) {
    int length = content.length;
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(tag);
    if (length < LONG_LENGTH) {
      all.write(length);
    } else if (length < 0x100) {
      all.write(LONG_LENGTH + 1);
      all.write(length);
    } else if (length < 0x10000) {
      all.write(LONG_LENGTH + 2);
      all.write(length >> 8);
      all.write(length);
    } else {
      throw damaged(); // no key is that long
    }
    all.writeBytes(content);
    return all.toByteArray();
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
