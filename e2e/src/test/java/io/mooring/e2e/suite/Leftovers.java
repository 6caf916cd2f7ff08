package io.mooring.e2e.suite;

import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What a test left on the hosts. */
final class Leftovers {
  private Leftovers() {}

  /** Everything new but idle sessions, which stay for the next attach by design. */
  static SortedSet<String> since(Inventory before, Mooring mooring) {
    return mooring.inventory().since(before).stream()
        .filter(thing -> !thing.contains(": session "))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
