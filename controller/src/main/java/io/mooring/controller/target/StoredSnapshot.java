package io.mooring.controller.target;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * A snapshot as its storage host has it.
 *
 * @param serial 32 lower-case hex digits
 * @param name what the CSI client called it
 * @param sizeBytes of the volume at that moment
 * @param volumeSerial the volume's, which may be gone by now
 * @param groupSerial that of the group snapshot with which it goes; empty for none
 * @param ready whether something can be made from it; otherwise its host is still copying
 */
public record StoredSnapshot(
    String serial,
    String name,
    String pool,
    long sizeBytes,
    String volumeSerial,
    Instant createdAt,
    Optional<String> groupSerial,
    boolean ready) {
  public StoredSnapshot {
    requireNonNull(serial, "serial is null");
    requireNonNull(name, "name is null");
    requireNonNull(pool, "pool is null");
    requireNonNull(volumeSerial, "volumeSerial is null");
    requireNonNull(createdAt, "createdAt is null");
    requireNonNull(groupSerial, "groupSerial is null");
  }
}
