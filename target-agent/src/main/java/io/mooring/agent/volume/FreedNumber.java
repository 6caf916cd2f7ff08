package io.mooring.agent.volume;

import static java.util.Objects.requireNonNull;

/**
 * A LUN number that was taken from a node and waits for its word.
 *
 * @param serial of the volume that it led to; empty where that is not known any more
 * @param token of this freeing: whatever was said before it cannot name it
 */
public record FreedNumber(int lun, String serial, String token) {
  public FreedNumber {
    requireNonNull(serial, "serial is null");
    requireNonNull(token, "token is null");
  }
}
