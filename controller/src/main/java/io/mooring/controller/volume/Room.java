package io.mooring.controller.volume;

import io.mooring.controller.volume.Placement.Place;
import java.util.List;

/**
 * Room for volumes, in bytes.
 *
 * @param available over all pools
 * @param largestVolume in one piece
 */
public record Room(long available, long largestVolume) {
  static final Room NONE = new Room(0, 0);

  static Room of(List<Place> places) {
    long available = 0;
    long largest = 0;
    for (Place place : places) {
      if (place.pool().refusal().isEmpty()) {
        available += Math.max(0, place.pool().availableBytes());
        largest = Math.max(largest, place.pool().largestNow());
      }
    }
    return new Room(available, largest);
  }
}
