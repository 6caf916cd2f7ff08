package io.mooring.controller.target;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;

/**
 * A group snapshot as its storage host has it.
 *
 * @param serial 32 lower-case hex digits
 * @param name what the CSI client called it
 * @param snapshots one per volume, at least one; each names this group as its own
 */
public record StoredGroup(
    String serial, String name, List<StoredSnapshot> snapshots, Instant createdAt) {
  public StoredGroup {
    requireNonNull(serial, "serial is null");
    requireNonNull(name, "name is null");
    snapshots = List.copyOf(snapshots);
    requireNonNull(createdAt, "createdAt is null");
  }
}
