package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import java.util.function.Consumer;

/** Makes one extent of ranges that touch each other, and cuts off what nobody asked for. */
final class ExtentJoiner {
  private final long from;
  private final long to;
  private final Consumer<Extent> sink;
  private long offset;
  private long end;

  /**
   * Begins with nothing.
   *
   * @param from the first byte that is wanted
   * @param to the first byte that is not
   */
  ExtentJoiner(long from, long to, Consumer<Extent> sink) {
    this.from = from;
    this.to = to;
    this.sink = requireNonNull(sink, "sink is null");
  }

  /** The next range, which begins at or after the end of the one before. */
  void add(long start, long bytes) {
    long first = Math.max(start, from);
    long last = Math.min(Math.addExact(start, bytes), to);
    if (first >= last) {
      return;
    }
    if (first != end) {
      finish();
      offset = first;
    }
    end = last;
  }

  /** There is no other range. */
  void finish() {
    if (end > offset) {
      sink.accept(new Extent(offset, end - offset));
      offset = end;
    }
  }
}
