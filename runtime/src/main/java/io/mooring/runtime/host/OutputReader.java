package io.mooring.runtime.host;

import java.io.IOException;
import java.io.InputStream;

/** Takes what a child prints while it runs. */
@FunctionalInterface
public interface OutputReader {
  /**
   * Reads as much as is wanted. While it does not read, the child waits as soon as the pipe between
   * them is full.
   *
   * @throws IOException when it is not what was expected, or ends in the middle; that is of no
   *     account where the child says itself that it failed
   */
  void read(InputStream stdout) throws IOException;

  /**
   * Asked again and again while the child prints nothing; throws when nobody wants its output any
   * more.
   */
  default void requireWanted() {}
}
