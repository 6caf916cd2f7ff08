package io.mooring.controller.target;

import static java.util.Objects.requireNonNull;

/** What a publish call gives: the volume, and how the one node reaches it. */
public record PublishedVolume(StoredVolume volume, Publication publication) {
  public PublishedVolume {
    requireNonNull(volume, "volume is null");
    requireNonNull(publication, "publication is null");
  }
}
