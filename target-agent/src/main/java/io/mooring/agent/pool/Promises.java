package io.mooring.agent.pool;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What sizes a pool has promised, by object; known from the last scan and our own changes. */
final class Promises {
  private final Map<String, Long> bytes = new ConcurrentHashMap<>();

  /** Replaces all of them by what was found. */
  void found(Map<String, Long> all) {
    bytes.keySet().retainAll(all.keySet());
    bytes.putAll(all);
  }

  void made(String name, long size) {
    bytes.put(name, size);
  }

  void removed(String name) {
    bytes.remove(name);
  }

  boolean has(String name) {
    return bytes.containsKey(name);
  }

  /** The sum without one object, which may be counted already. */
  long sumWithout(String name) {
    return bytes.entrySet().stream()
        .filter(entry -> !entry.getKey().equals(name))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  long sum() {
    return sumWithout("");
  }
}
