package io.mooring.controller.target;

import static java.util.Objects.requireNonNull;

/**
 * What a volume's first bytes are a copy of, on its own storage host; it may be gone by now.
 *
 * @param kind what the serial is one of
 * @param serial 32 lower-case hex digits
 */
public record CopySource(Kind kind, String serial) {
  /** What can be copied. */
  public enum Kind {
    SNAPSHOT,
    VOLUME
  }

  public CopySource {
    requireNonNull(kind, "kind is null");
    requireNonNull(serial, "serial is null");
  }
}
