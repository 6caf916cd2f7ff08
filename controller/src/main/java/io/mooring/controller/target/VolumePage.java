package io.mooring.controller.target;

import java.util.List;

/**
 * A part of a host's volumes, ordered by serial.
 *
 * @param more whether further volumes follow
 */
public record VolumePage(List<StoredVolume> volumes, boolean more) {
  public VolumePage {
    volumes = List.copyOf(volumes);
  }
}
