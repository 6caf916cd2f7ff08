package io.mooring.controller.testing;

import io.mooring.controller.target.StorageTarget;
import io.mooring.controller.target.Targets;
import io.mooring.runtime.failure.Failure;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Targets that a test adds and takes away. */
public final class TestTargets implements Targets {
  private volatile SortedMap<String, StorageTarget> targets = new TreeMap<>();

  /** Adds or changes one. */
  public void add(StorageTarget target) {
    SortedMap<String, StorageTarget> changed = new TreeMap<>(targets);
    changed.put(target.name(), target);
    targets = changed;
  }

  /** Takes one out. */
  public void remove(String name) {
    SortedMap<String, StorageTarget> changed = new TreeMap<>(targets);
    changed.remove(name);
    targets = changed;
  }

  @Override
  public SortedMap<String, StorageTarget> current() {
    trouble()
        .ifPresent(sentence -> {
          throw Failure.unavailable(sentence);
        });
    return targets;
  }

  @Override
  public Optional<String> trouble() {
    return targets.isEmpty() ? Optional.of("no storage target is known") : Optional.empty();
  }
}
