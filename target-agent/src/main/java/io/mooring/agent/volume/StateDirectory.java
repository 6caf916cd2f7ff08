package io.mooring.agent.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.pool.HeldMetadata;
import io.mooring.runtime.store.Documents;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The small state that is not with the volumes. All of it can be lost: then every LUN number rests
 * for one quarantine, because nobody knows any more which were freed when.
 */
public final class StateDirectory {
  private static final String AGENT = "agent";

  private final Path directory;
  private final Documents<Origin> origin;

  /**
   * How the directory began.
   *
   * @param madeAt when this directory was begun
   * @param volumesBefore whether the host had volumes then, so that an older state must be lost
   */
  public record Origin(Instant madeAt, boolean volumesBefore) {
    public Origin {
      requireNonNull(madeAt, "madeAt is null");
    }
  }

  public StateDirectory(Path directory) {
    this.directory = requireNonNull(directory, "directory is null");
    origin = new Documents<>(directory, Origin.class);
  }

  public Documents<NodeDocument> nodes() {
    return new Documents<>(directory.resolve("nodes"), NodeDocument.class);
  }

  /** By pool. */
  public Documents<HeldMetadata> heldMetadata() {
    return new Documents<>(directory.resolve("metadata"), HeldMetadata.class);
  }

  /** Unlike the rest this is not for free: with it the demands are lost until they come anew. */
  public Documents<ChapDocument> chaps() {
    return new Documents<>(directory.resolve("chap"), ChapDocument.class);
  }

  public Documents<Pools.Seen> pools() {
    return new Documents<>(directory.resolve("pools"), Pools.Seen.class);
  }

  /**
   * For how long from now nodes without a document are taken for nodes that lost it.
   *
   * @param hasVolumes whether the host has volumes now, or may have some that cannot be read
   */
  public Duration distrusted(Duration quarantine, Instant now, boolean hasVolumes) {
    Optional<Origin> before = origin.get(AGENT);
    Origin known = before.orElse(new Origin(now, hasVolumes));
    if (before.isEmpty()) {
      origin.put(AGENT, known);
    }
    Duration left = quarantine.minus(Duration.between(known.madeAt(), now));
    if (!known.volumesBefore() || left.isNegative()) {
      return Duration.ZERO;
    }
    return left.compareTo(quarantine) > 0 ? quarantine : left;
  }
}
