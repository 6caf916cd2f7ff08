package io.mooring.controller.target;

import java.util.List;

/**
 * A part of a storage host's list of snapshots.
 *
 * @param more whether there are further ones
 */
public record SnapshotPage(List<StoredSnapshot> snapshots, boolean more) {
  public SnapshotPage {
    snapshots = List.copyOf(snapshots);
  }
}
