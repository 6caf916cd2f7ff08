package io.mooring.agent.identity;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What a volume's first bytes are a copy of. It may be gone by now.
 *
 * @param kind what the serial is one of
 */
public record Source(Kind kind, Serial serial) {
  /** What can be copied. */
  public enum Kind {
    SNAPSHOT,
    VOLUME
  }

  private static final String SNAPSHOT = "snapshot-";
  private static final String VOLUME = "volume-";

  public Source {
    requireNonNull(kind, "kind is null");
    requireNonNull(serial, "serial is null");
  }

  /** From {@link #toString}. */
  public static Optional<Source> parse(String text) {
    return Serial.after(SNAPSHOT, text)
        .map(serial -> new Source(Kind.SNAPSHOT, serial))
        .or(() -> Serial.after(VOLUME, text).map(serial -> new Source(Kind.VOLUME, serial)));
  }

  @Override
  public String toString() {
    return switch (kind) {
      case SNAPSHOT -> SNAPSHOT + serial;
      case VOLUME -> VOLUME + serial;
    };
  }
}
