package io.mooring.controller.target;

import static java.util.Objects.requireNonNull;

import java.util.OptionalDouble;

/**
 * How full a pool is.
 *
 * @param data the share of its space that is occupied, 0 to 1; empty when it could not be read
 * @param metadata the same of a thin pool's own metadata; empty where it has none
 */
public record Fullness(OptionalDouble data, OptionalDouble metadata) {
  public static final Fullness UNKNOWN =
      new Fullness(OptionalDouble.empty(), OptionalDouble.empty());

  public Fullness {
    requireNonNull(data, "data is null");
    requireNonNull(metadata, "metadata is null");
  }
}
