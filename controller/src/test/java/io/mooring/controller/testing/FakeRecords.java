package io.mooring.controller.testing;

import io.mooring.controller.target.StoredVolume;
import io.mooring.controller.volume.Placed;
import io.mooring.controller.volume.Placements;
import io.mooring.controller.volume.VolumeId;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Records in memory, fenced by version as those of the API server are. */
public final class FakeRecords implements Placements {
  private final TreeMap<String, Placed> records = new TreeMap<>();
  private final Steps steps;
  private @Nullable Runnable interference;
  private int versions;

  public FakeRecords() {
    this(new Steps());
  }

  public FakeRecords(Steps steps) {
    this.steps = steps;
  }

  /** Does something just before the next write, as another controller would. */
  public synchronized void beforeNextWrite(Runnable other) {
    interference = other;
  }

  /** All records, by name. */
  public synchronized List<Placed> all() {
    return List.copyOf(records.values());
  }

  /** Writes whatever is to be there. */
  public synchronized void put(String name, String target, String pool, Optional<String> serial) {
    records.put(name, new Placed(name, target, pool, serial, Integer.toString(++versions)));
  }

  private <T> T write(Supplier<T> change) {
    Runnable other = interference;
    interference = null;
    if (other != null) {
      other.run();
    }
    steps.pass();
    T value = change.get();
    steps.pass();
    return value;
  }

  private boolean current(Placed placed) {
    return placed.equals(records.get(placed.name()));
  }

  @Override
  public synchronized Optional<Placed> find(String name) {
    return Optional.ofNullable(records.get(name));
  }

  @Override
  public synchronized Optional<Placed> record(String name, String target, String pool, long bytes) {
    return write(() -> {
      if (records.containsKey(name)) {
        return Optional.empty();
      }
      put(name, target, pool, Optional.empty());
      return find(name);
    });
  }

  @Override
  public synchronized Optional<Placed> replace(Placed old, String target, String pool, long bytes) {
    return write(() -> {
      if (!current(old)) {
        return Optional.empty();
      }
      put(old.name(), target, pool, Optional.empty());
      return find(old.name());
    });
  }

  @Override
  public synchronized boolean created(Placed placed, StoredVolume volume) {
    return write(() -> {
      if (!current(placed)) {
        return false;
      }
      put(placed.name(), placed.target(), placed.pool(), Optional.of(volume.serial()));
      return true;
    });
  }

  @Override
  public synchronized void withdraw(Placed placed) {
    write(() -> current(placed) && records.remove(placed.name(), placed));
  }

  @Override
  public synchronized void forget(VolumeId id, Optional<String> name) {
    write(() ->
        records
            .values()
            .removeIf(record ->
                record.target().equals(id.target())
                    && (record.serial().equals(Optional.of(id.serial()))
                        || (record.serial().isEmpty()
                            && name.equals(Optional.of(record.name()))))));
  }
}
