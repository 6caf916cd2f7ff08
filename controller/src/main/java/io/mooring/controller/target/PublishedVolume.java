package io.mooring.controller.target;

import static java.util.Objects.requireNonNull;

/**
 * What a publish call gives: the volume, and how the one node reaches it.
 *
 * @param chap whether the node's target demands CHAP at login
 */
public record PublishedVolume(StoredVolume volume, Publication publication, boolean chap) {
  public PublishedVolume {
    requireNonNull(volume, "volume is null");
    requireNonNull(publication, "publication is null");
  }
}
