package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.CopySource;
import io.mooring.runtime.failure.Failure;

/**
 * What a volume is a copy of.
 *
 * @param target the storage target that holds it, and will hold the copy
 */
public record Origin(String target, CopySource source) {
  public Origin {
    requireNonNull(target, "target is null");
    requireNonNull(source, "source is null");
  }

  /**
   * A snapshot by its id.
   *
   * @throws Failure NOT_FOUND for an id that no snapshot can have
   */
  public static Origin snapshot(String snapshotId) {
    SnapshotId id =
        SnapshotId.parse(snapshotId)
            .orElseThrow(() ->
                Failure.notFound(
                    "snapshot %s does not exist: the id has not the form <storage target>/snap-<serial>"
                        .formatted(snapshotId)));
    return new Origin(id.target(), new CopySource(CopySource.Kind.SNAPSHOT, id.serial()));
  }

  /**
   * Another volume by its id.
   *
   * @throws Failure NOT_FOUND for an id that no volume can have
   */
  public static Origin volume(String volumeId) {
    VolumeId id = Volumes.parse(volumeId);
    return new Origin(id.target(), new CopySource(CopySource.Kind.VOLUME, id.serial()));
  }

  /** Its id, as CSI has it. */
  public String id() {
    return switch (source.kind()) {
      case SNAPSHOT -> new SnapshotId(target, source.serial()).toString();
      case VOLUME -> new VolumeId(target, source.serial()).toString();
    };
  }

  @Override
  public String toString() {
    return switch (source.kind()) {
      case SNAPSHOT -> "snapshot " + id();
      case VOLUME -> "volume " + id();
    };
  }
}
