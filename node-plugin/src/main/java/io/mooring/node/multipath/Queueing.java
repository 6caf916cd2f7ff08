package io.mooring.node.multipath;

/** What a map does with I/O while it has no path. */
public enum Queueing {
  /** Fails it. */
  OFF,
  /** Holds it for the configured number of checks; not counting yet, since a path is there. */
  BOUNDED,
  /** Holds it, and the time until it fails is running. */
  COUNTING_DOWN,
  /** Holds it for ever: not what the drop-in asks for. */
  FOREVER;

  /** From multipathd's words: {@code off}, {@code on}, {@code -}, {@code N chk}, {@code N sec}. */
  static Queueing parse(String text) {
    String word = text.strip();
    if (word.equals("on")) {
      return FOREVER;
    }
    if (word.endsWith("chk")) {
      return BOUNDED;
    }
    return word.endsWith("sec") ? COUNTING_DOWN : OFF;
  }
}
