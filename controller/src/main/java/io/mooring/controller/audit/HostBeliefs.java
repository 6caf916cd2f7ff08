package io.mooring.controller.audit;

import io.mooring.controller.target.StoredSnapshot;
import io.mooring.controller.target.StoredVolume;
import java.util.List;

/** What one storage host has of this cluster. */
public record HostBeliefs(List<StoredVolume> volumes, List<StoredSnapshot> snapshots) {
  public HostBeliefs {
    volumes = List.copyOf(volumes);
    snapshots = List.copyOf(snapshots);
  }
}
