package io.mooring.agent.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.chap.ChapEntry;

/**
 * What a node's target demands at login, so that it is demanded again after a reboot before anybody
 * gets in. An end of CHAP is kept, too: older secrets must not come back.
 */
public record ChapDocument(String cluster, String uuid, ChapEntry entry) {
  public ChapDocument {
    requireNonNull(cluster, "cluster is null");
    requireNonNull(uuid, "uuid is null");
    requireNonNull(entry, "entry is null");
  }
}
