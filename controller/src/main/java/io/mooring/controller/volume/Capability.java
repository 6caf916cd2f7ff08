package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import java.util.List;
import java.util.Optional;

/** One way in which a volume is to be used. */
public record Capability(AccessType type, AccessMode mode) {
  /** mkfs.xfs refuses smaller devices (xfsprogs 5.19 and later). */
  static final long XFS_MINIMUM_BYTES = 300L << 20;

  private static final List<String> FILE_SYSTEMS = List.of("ext4", "xfs");

  public Capability {
    requireNonNull(type, "type is null");
    requireNonNull(mode, "mode is null");
  }

  /** Why no volume of ours can be used so; empty where any can. */
  public Optional<String> objection() {
    if (type instanceof AccessType.FileSystem(String fsType)
        && !fsType.isEmpty()
        && !FILE_SYSTEMS.contains(fsType)) {
      return Optional.of(
          "file system \"%s\" is not offered; use one of %s".formatted(fsType, FILE_SYSTEMS));
    }
    // A raw device may be anybody's who coordinates: a virtual machine that moves, a cluster file
    // system.
    boolean shared =
        type instanceof AccessType.Block && mode != AccessMode.MULTI_NODE_SINGLE_WRITER;
    if (mode.singleNode() || shared) {
      return Optional.empty();
    }
    return Optional.of(
        switch (type) {
          case AccessType.FileSystem _ ->
              ("access mode %s is not offered: a file system of one node is destroyed when a second"
                      + " node mounts it; use a SINGLE_NODE mode (ReadWriteOnce, ReadWriteOncePod)")
                  .formatted(mode);
          case AccessType.Block _ ->
              ("access mode %s is not offered: nobody keeps the other nodes from writing; use"
                      + " MULTI_NODE_MULTI_WRITER (ReadWriteMany) or a SINGLE_NODE mode"
                      + " (ReadWriteOnce)")
                  .formatted(mode);
        });
  }

  /**
   * For calls that ask for such a use.
   *
   * @param field of the request, for the sentence
   * @throws Failure INVALID_ARGUMENT when no volume of ours can be used so
   */
  public void requireOffered(String field) {
    objection()
        .ifPresent(reason -> {
          throw Failure.invalidArgument(field + ": " + reason);
        });
  }

  /** Why a volume of that size cannot be used so; empty where it can. */
  public Optional<String> objection(long sizeBytes) {
    return objection()
        .or(() ->
            sizeBytes < minimumBytes()
                ? Optional.of(
                    "xfs needs at least %d bytes, the volume has %d"
                        .formatted(minimumBytes(), sizeBytes))
                : Optional.empty());
  }

  /** The smallest volume that can be used so; 0 where any can. */
  public long minimumBytes() {
    return switch (type) {
      case AccessType.FileSystem(String fsType) when fsType.equals("xfs") -> XFS_MINIMUM_BYTES;
      case AccessType.FileSystem _, AccessType.Block _ -> 0;
    };
  }

  /** The smallest volume that can be used in all of these ways. */
  public static long minimumBytes(List<Capability> capabilities) {
    return capabilities.stream().mapToLong(Capability::minimumBytes).max().orElse(0);
  }
}
