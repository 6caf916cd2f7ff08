package io.mooring.controller.volume;

import io.mooring.controller.target.StoredVolume;
import java.util.Optional;

/**
 * Records of where volumes were placed, each written before its volume is made. Every change is
 * fenced: it happens only where the record is still as the caller saw it.
 *
 * <p>Every method fails with UNAVAILABLE while the records cannot be read or written.
 */
public interface Placements {
  /** The record of that name. */
  Optional<Placed> find(String name);

  /**
   * Writes a record that does not exist.
   *
   * @param bytes the size that will be asked for
   * @return empty when there is one of that name by now
   */
  Optional<Placed> record(String name, String target, String pool, long bytes);

  /**
   * Places the volume elsewhere.
   *
   * @return empty when the record has changed or gone meanwhile
   */
  Optional<Placed> replace(Placed old, String target, String pool, long bytes);

  /**
   * Completes the record of a volume that exists.
   *
   * @return false when the record has changed or gone meanwhile
   */
  boolean created(Placed placed, StoredVolume volume);

  /** Removes the record of a volume that was not made; one that has changed meanwhile stays. */
  void withdraw(Placed placed);

  /**
   * Removes what is recorded of a volume that has been deleted.
   *
   * @param name what the volume was called, where that is known
   */
  void forget(VolumeId id, Optional<String> name);
}
