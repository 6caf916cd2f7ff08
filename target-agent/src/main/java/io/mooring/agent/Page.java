package io.mooring.agent;

import io.mooring.agent.identity.Serial;
import java.util.List;
import java.util.function.Function;

/**
 * A part of a list, as a call asks for it.
 *
 * @param more whether further entries follow
 */
record Page<T>(List<T> entries, boolean more) {
  Page {
    entries = List.copyOf(entries);
  }

  /**
   * What follows a serial.
   *
   * @param all by serial
   * @param afterSerial empty for the first page
   * @param maxEntries as the call has it: unsigned, 0 for no limit
   */
  static <T> Page<T> of(
      List<T> all, Function<T, Serial> serial, String afterSerial, int maxEntries) {
    List<T> rest =
        all.stream().filter(one -> serial.apply(one).digits().compareTo(afterSerial) > 0).toList();
    long most = maxEntries == 0 ? Long.MAX_VALUE : Integer.toUnsignedLong(maxEntries);
    return new Page<>(rest.stream().limit(most).toList(), rest.size() > most);
  }
}
