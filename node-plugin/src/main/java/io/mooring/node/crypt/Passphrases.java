package io.mooring.node.crypt;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What opens a volume. Its text form tells nothing.
 *
 * @param current the one that shall open it from now on
 * @param previous the one that did before, while it is being replaced
 */
public record Passphrases(String current, Optional<String> previous) {
  public Passphrases {
    requireNonNull(current, "current is null");
    requireNonNull(previous, "previous is null");
    if (current.isEmpty()) {
      throw new IllegalArgumentException("the passphrase is empty");
    }
    // An equal or empty one is none.
    String now = current;
    previous = previous.filter(before -> !before.isEmpty() && !before.equals(now));
  }

  @Override
  public String toString() {
    return previous.isPresent() ? "two passphrases" : "a passphrase";
  }
}
