package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How far a copy has come.
 *
 * @param copiedBytes of {@code ofBytes}
 * @param whole it is durable, and its record is READY
 * @param rest how long to wait before the next piece, so that the pool's rate is kept
 */
public record Piece(long copiedBytes, long ofBytes, boolean whole, Duration rest) {
  public Piece {
    requireNonNull(rest, "rest is null");
  }

  /** For messages: {@code 512 of 1024 MiB}. */
  public String progress() {
    return "%d of %d MiB".formatted(copiedBytes >> 20, ofBytes >> 20);
  }
}
