package io.mooring.controller.target;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * Which extents of a snapshot are asked for.
 *
 * @param serial the snapshot's
 * @param baseSerial only where it differs from this one, of the same volume; empty for all that it
 *     holds
 * @param from nothing before that byte
 * @param atOnce so many in a page at most; 0 leaves it to the agent
 */
public record BlockQuery(String serial, Optional<String> baseSerial, long from, int atOnce) {
  public BlockQuery {
    requireNonNull(serial, "serial is null");
    requireNonNull(baseSerial, "baseSerial is null");
  }
}
