package io.mooring.controller.testing;

import io.mooring.controller.chap.NodeSecrets;
import io.mooring.runtime.chap.Chap;
import io.mooring.runtime.chap.ChapEntry;
import io.mooring.runtime.failure.Failure;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/** Secrets that a test changes. */
public final class TestSecrets implements NodeSecrets {
  private final Map<String, ChapEntry> entries = new ConcurrentHashMap<>();
  private volatile boolean unreadable;

  /** Says that of a node from now on. */
  public void set(String node, ChapEntry entry) {
    entries.put(node, entry);
  }

  /** They cannot be read from now on, or can again. */
  public void unreadable(boolean now) {
    unreadable = now;
  }

  private void requireReadable() {
    if (unreadable) {
      throw Failure.unavailable("the secrets cannot be read");
    }
  }

  /** Fit secrets of that revision. */
  public static Chap chap(int revision) {
    return new Chap(
        "anna", "correct-horse-" + revision, "bella", "battery-staple-" + revision, revision);
  }

  @Override
  public Optional<Chap> of(String node) {
    requireReadable();
    return Optional.ofNullable(entries.get(node)).flatMap(ChapEntry::chap);
  }

  @Override
  public OptionalLong endedAt(String node) {
    requireReadable();
    ChapEntry entry = entries.get(node);
    return entry == null || entry.chap().isPresent()
        ? OptionalLong.empty()
        : OptionalLong.of(entry.revision());
  }
}
