package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * The record of where a volume was placed.
 *
 * @param name what the CSI client called the volume
 * @param target the storage target's name
 * @param serial of the volume; empty as long as nobody has been told of it
 * @param version changes with every change of the record; known to {@link Placements} alone
 */
public record Placed(
    String name, String target, String pool, Optional<String> serial, String version) {
  public Placed {
    requireNonNull(name, "name is null");
    requireNonNull(target, "target is null");
    requireNonNull(pool, "pool is null");
    requireNonNull(serial, "serial is null");
    requireNonNull(version, "version is null");
  }
}
