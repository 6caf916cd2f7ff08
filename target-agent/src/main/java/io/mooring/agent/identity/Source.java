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
    if (text.startsWith(SNAPSHOT) && Serial.isSerial(text.substring(SNAPSHOT.length()))) {
      return Optional.of(new Source(Kind.SNAPSHOT, new Serial(text.substring(SNAPSHOT.length()))));
    }
    if (text.startsWith(VOLUME) && Serial.isSerial(text.substring(VOLUME.length()))) {
      return Optional.of(new Source(Kind.VOLUME, new Serial(text.substring(VOLUME.length()))));
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return switch (kind) {
      case SNAPSHOT -> SNAPSHOT + serial;
      case VOLUME -> VOLUME + serial;
    };
  }
}
