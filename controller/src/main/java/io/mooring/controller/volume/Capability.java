package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One way in which a volume is to be used. */
public record Capability(AccessType type, AccessMode mode) {
  private static final List<String> FILE_SYSTEMS = List.of("ext4", "xfs", "btrfs");

  /**
   * mkfs.xfs refuses devices below 300 MiB (xfsprogs 5.19 and later), mkfs.btrfs such below 109 MiB
   * or, with two copies of everything, 229 MiB; the header of an encrypted volume takes 16 MiB.
   */
  private static final Map<String, Long> MINIMUM_BYTES =
      Map.of("xfs", 300L << 20, "btrfs", 256L << 20);

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
                      + " node mounts it; use a SINGLE_NODE mode (ReadWriteOnce, ReadWriteOncePod) or a"
                      + " raw device (volumeMode: Block)")
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
                    "%s needs at least %d bytes, the volume has %d"
                        .formatted(fileSystem(), minimumBytes(), sizeBytes))
                : Optional.empty());
  }

  /** The smallest volume that can be used so; 0 where any can. */
  public long minimumBytes() {
    return MINIMUM_BYTES.getOrDefault(fileSystem(), 0L);
  }

  private String fileSystem() {
    return switch (type) {
      case AccessType.FileSystem(String fsType) -> fsType;
      case AccessType.Block _ -> "";
    };
  }

  /** The smallest volume that can be used in all of these ways. */
  public static long minimumBytes(List<Capability> capabilities) {
    return capabilities.stream().mapToLong(Capability::minimumBytes).max().orElse(0);
  }
}
