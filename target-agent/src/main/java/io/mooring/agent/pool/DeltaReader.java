package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.host.OutputReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads what {@code thin_delta --verbose} of thin-provisioning-tools prints, as it comes: a list of
 * ranges of blocks in which two thin devices are the same, differ, or only one has any. The
 * versions 0.9 and 1.x print it alike; 1.x joins ranges whose blocks are not in a row on the disk,
 * so that of a range only the first block's place is known.
 */
final class DeltaReader implements OutputReader {
  private static final int SECTOR_BYTES = 512;

  /** The longest element has four attributes with numbers. */
  private static final int LONGEST = 512;

  /** What is so in a range. */
  enum Kind {
    SAME("same"),
    DIFFERENT("different"),
    LEFT_ONLY("left_only"),
    RIGHT_ONLY("right_only");

    private final String element;

    Kind(String element) {
      this.element = element;
    }

    private static Optional<Kind> of(String element) {
      for (Kind kind : values()) {
        if (kind.element.equals(element)) {
          return Optional.of(kind);
        }
      }
      return Optional.empty();
    }
  }

  /**
   * A range of blocks.
   *
   * @param begin its first block, in the devices
   * @param length in blocks, at least 1
   * @param data the blocks of the pool's data that hold the first one, one per device that has it
   * @param blockBytes the size of a block
   */
  record Range(Kind kind, long begin, long length, List<Long> data, long blockBytes) {
    Range {
      data = List.copyOf(data);
    }
  }

  /** Who gets the ranges. */
  interface Handler {
    /** The next one, in ascending order. */
    void take(Range range) throws IOException;

    /** Asked while there is none; throws when nobody wants them any more. */
    void requireWanted();
  }

  private final Handler handler;
  private long blockBytes;
  private long next;
  private boolean complete;
  private Optional<Kind> kind = Optional.empty();

  DeltaReader(Handler handler) {
    this.handler = requireNonNull(handler, "handler is null");
  }

  @Override
  public void requireWanted() {
    handler.requireWanted();
  }

  @Override
  public void read(InputStream stdout) throws IOException {
    InputStream in = new BufferedInputStream(stdout, 1 << 16);
    StringBuilder element = new StringBuilder();
    while (isNext(in, element)) {
      take(element.toString());
    }
    if (!complete) {
      throw new IOException("it ends in the middle");
    }
  }

  /** What is between the next pair of angle brackets; false at the end of the output. */
  private static boolean isNext(InputStream in, StringBuilder element) throws IOException {
    element.setLength(0);
    int c = in.read();
    while (c >= 0 && c != '<') {
      if (!Character.isWhitespace(c)) {
        throw new IOException("it has text between its elements");
      }
      c = in.read();
    }
    for (c = in.read(); c >= 0 && c != '>'; c = in.read()) {
      element.append((char) c);
      if (element.length() > LONGEST) {
        throw new IOException("it has an element that is too long: " + element.substring(0, 80));
      }
    }
    return c == '>';
  }

  private void take(String element) throws IOException {
    int blank = element.indexOf(' ');
    String name = blank < 0 ? element : element.substring(0, blank);
    Optional<Kind> opened = Kind.of(name);
    if (opened.isPresent()) {
      kind = opened;
    } else if (name.equals("range")) {
      handler.take(range(element));
    } else if (name.equals("superblock")) {
      blockBytes = Math.multiplyExact(required(element, "data_block_size"), SECTOR_BYTES);
    } else if (name.equals("/superblock")) {
      complete = true;
    } else if (!name.equals("diff") && !name.startsWith("/")) {
      throw new IOException("it has an element that is not known: " + element);
    }
  }

  private Range range(String element) throws IOException {
    long begin = required(element, "begin");
    long length = required(element, "length");
    if (kind.isEmpty() || blockBytes <= 0 || length < 1 || begin < next) {
      throw new IOException("it has a range that cannot be there: " + element);
    }
    next = Math.addExact(begin, length);
    List<Long> data = new ArrayList<>();
    for (String attribute : List.of("data_begin", "left_data_begin", "right_data_begin")) {
      number(element, attribute).ifPresent(data::add);
    }
    if (data.size() != (kind.get() == Kind.DIFFERENT ? 2 : 1)) {
      throw new IOException("it does not say where a range is on the disk: " + element);
    }
    return new Range(kind.get(), begin, length, data, blockBytes);
  }

  private static long required(String element, String attribute) throws IOException {
    return number(element, attribute)
        .orElseThrow(() -> new IOException("it has no %s in: %s".formatted(attribute, element)));
  }

  private static Optional<Long> number(String element, String attribute) throws IOException {
    String before = " " + attribute + "=\"";
    int start = element.indexOf(before);
    int end = start < 0 ? -1 : element.indexOf('"', start + before.length());
    if (end < 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(Long.parseUnsignedLong(element, start + before.length(), end, 10))
          .filter(value -> value >= 0);
    } catch (NumberFormatException e) {
      throw new IOException("it has no number for %s in: %s".formatted(attribute, element), e);
    }
  }
}
