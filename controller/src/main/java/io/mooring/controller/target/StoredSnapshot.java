package io.mooring.controller.target;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * A snapshot as its storage host has it.
 *
 * @param serial 32 lower-case hex digits
 * @param name what the CSI client called it
 * @param sizeBytes of the volume at that moment
 * @param volumeSerial the volume's, which may be gone by now
 */
public record StoredSnapshot(
    String serial,
    String name,
    String pool,
    long sizeBytes,
    String volumeSerial,
    Instant createdAt) {
  public StoredSnapshot {
    requireNonNull(serial, "serial is null");
    requireNonNull(name, "name is null");
    requireNonNull(pool, "pool is null");
    requireNonNull(volumeSerial, "volumeSerial is null");
    requireNonNull(createdAt, "createdAt is null");
  }
}
