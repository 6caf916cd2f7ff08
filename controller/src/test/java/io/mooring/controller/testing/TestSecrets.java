package io.mooring.controller.testing;

import io.mooring.controller.chap.NodeSecrets;
import io.mooring.runtime.chap.Chap;
import io.mooring.runtime.chap.ChapEntry;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/** Secrets that a test changes. */
public final class TestSecrets implements NodeSecrets {
  private final Map<String, ChapEntry> entries = new ConcurrentHashMap<>();

  /** Says that of a node from now on. */
  public void set(String node, ChapEntry entry) {
    entries.put(node, entry);
  }

  /** Fit secrets of that revision. */
  public static Chap chap(int revision) {
    return new Chap(
        "anna", "correct-horse-" + revision, "bella", "battery-staple-" + revision, revision);
  }

  @Override
  public Optional<Chap> of(String node) {
    return Optional.ofNullable(entries.get(node)).flatMap(ChapEntry::chap);
  }

  @Override
  public OptionalLong endedAt(String node) {
    ChapEntry entry = entries.get(node);
    return entry == null || entry.chap().isPresent()
        ? OptionalLong.empty()
        : OptionalLong.of(entry.revision());
  }
}
