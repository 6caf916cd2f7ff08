package io.mooring.node.csi;

import io.mooring.csi.v1.NodeExpandVolumeRequest;
import io.mooring.csi.v1.NodePublishVolumeRequest;
import io.mooring.csi.v1.NodeStageVolumeRequest;
import io.mooring.csi.v1.VolumeCapability;
import io.mooring.csi.v1.VolumeCapability.AccessMode.Mode;
import io.mooring.node.crypt.Passphrases;
import io.mooring.node.fs.FsType;
import io.mooring.node.volume.Access;
import io.mooring.node.volume.Expansion;
import io.mooring.node.volume.Pod;
import io.mooring.node.volume.PublishContextParser;
import io.mooring.node.volume.Publishing;
import io.mooring.node.volume.StageRequest;
import io.mooring.node.volume.VolumeId;
import io.mooring.runtime.claim.Claim;
import io.mooring.runtime.encryption.EncryptionType;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.filesystem.MkfsOptions;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * CSI requests as the flows want them. What is missing or malformed is INVALID_ARGUMENT, an id that
 * no volume can have is NOT_FOUND, a use that the volume cannot serve is FAILED_PRECONDITION (CSI
 * 1.13, Node Service RPC).
 */
final class NodeRequests {
  /** Keys of the Secret of an encrypted volume. */
  private static final String PASSPHRASE = "passphrase";

  private static final String PREVIOUS_PASSPHRASE = "previousPassphrase";

  private NodeRequests() {}

  static StageRequest stage(NodeStageVolumeRequest request) {
    String id = required("volume_id", request.getVolumeId());
    Path staging = absolute("staging_target_path", request.getStagingTargetPath());
    Access access = access(request.hasVolumeCapability(), request.getVolumeCapability());
    VolumeId volume = volume(id);
    Optional<Passphrases> passphrases =
        passphrases(request.getVolumeContextMap(), request.getSecretsMap());
    if (passphrases.isPresent()) {
      requireOneWriter(volume, request.getVolumeCapability().getAccessMode().getMode());
    }
    return new StageRequest(
        volume,
        PublishContextParser.parse(volume, request.getPublishContextMap()),
        staging,
        access,
        mkfsOptions(access, request.getVolumeContextMap()),
        passphrases,
        Claim.of(request.getVolumeContextMap()));
  }

  private static Optional<Passphrases> passphrases(
      Map<String, String> context, Map<String, String> secrets) {
    if (EncryptionType.parse(context.getOrDefault(EncryptionType.KEY, "")).isEmpty()) {
      return Optional.empty();
    }
    Optional<Passphrases> passphrases = passphrases(secrets);
    if (passphrases.isEmpty()) {
      throw Failure.invalidArgument(
          "the volume is encrypted and no Secret with the key %s came with the call; name one in the"
                  .formatted(PASSPHRASE)
              + " StorageClass by csi.storage.k8s.io/node-stage-secret-name and -namespace");
    }
    return passphrases;
  }

  /** Those of a Secret that has any. */
  private static Optional<Passphrases> passphrases(Map<String, String> secrets) {
    return Optional.ofNullable(secrets.get(PASSPHRASE))
        .filter(current -> !current.isEmpty())
        .map(current ->
            new Passphrases(current, Optional.ofNullable(secrets.get(PREVIOUS_PASSPHRASE))));
  }

  private static List<String> mkfsOptions(Access access, Map<String, String> context) {
    return access instanceof Access.FileSystem fileSystem
        ? MkfsOptions.parse(fileSystem.type().toString(), context.getOrDefault(MkfsOptions.KEY, ""))
        : List.of();
  }

  static Publishing.Request publish(NodePublishVolumeRequest request) {
    String id = required("volume_id", request.getVolumeId());
    Path target = absolute("target_path", request.getTargetPath());
    Access access = access(request.hasVolumeCapability(), request.getVolumeCapability());
    VolumeId volume = volume(id);
    if (request.getStagingTargetPath().isEmpty()) {
      throw Failure.failedPrecondition(
          volume + ": staging_target_path is not set; stage the volume first and pass its path");
    }
    Mode mode = request.getVolumeCapability().getAccessMode().getMode();
    return new Publishing.Request(
        volume,
        absolute("staging_target_path", request.getStagingTargetPath()),
        target,
        access,
        request.getReadonly() || mode == Mode.SINGLE_NODE_READER_ONLY,
        mode == Mode.SINGLE_NODE_SINGLE_WRITER,
        passphrases(request.getSecretsMap()),
        Pod.of(request.getVolumeContextMap()));
  }

  static Expansion.Request expand(NodeExpandVolumeRequest request) {
    String id = required("volume_id", request.getVolumeId());
    String path = required("volume_path", request.getVolumePath());
    long requiredBytes = request.getCapacityRange().getRequiredBytes();
    long limitBytes = request.getCapacityRange().getLimitBytes();
    if (requiredBytes < 0 || limitBytes < 0 || (limitBytes > 0 && limitBytes < requiredBytes)) {
      throw Failure.invalidArgument(
          "capacity_range: required_bytes %d and limit_bytes %d are no range of sizes"
              .formatted(requiredBytes, limitBytes));
    }
    // First: a volume that cannot be is nowhere, whatever the path says.
    VolumeId volume = volume(id);
    return new Expansion.Request(
        volume,
        absolute("volume_path", path),
        requiredBytes,
        limitBytes,
        passphrases(request.getSecretsMap()));
  }

  static String required(String field, String value) {
    if (value.isEmpty()) {
      throw Failure.invalidArgument(field + " is not set; it is required");
    }
    return value;
  }

  static Path absolute(String field, String value) {
    Path path = path(field, required(field, value));
    if (!path.isAbsolute()) {
      throw Failure.invalidArgument(
          "%s '%s' is not an absolute path; give the path on this node".formatted(field, value));
    }
    return path.normalize();
  }

  static Path path(String field, String value) {
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      throw Failure.invalidArgument(field + " is not a path; give the path on this node");
    }
  }

  static VolumeId volume(String id) {
    return VolumeId.parse(id)
        .orElseThrow(() ->
            Failure.notFound("volume '" + id + "' does not exist: its id is not one of Mooring's"));
  }

  private static Access access(boolean given, VolumeCapability capability) {
    if (!given) {
      throw Failure.invalidArgument("volume_capability is not set; it is required");
    }
    requireOffered(capability.getAccessMode().getMode(), capability.hasBlock());
    return switch (capability.getAccessTypeCase()) {
      case BLOCK -> new Access.Block();
      case MOUNT -> fileSystem(capability.getMount());
      case ACCESSTYPE_NOT_SET ->
          throw Failure.invalidArgument(
              "volume_capability names neither mount nor block; one of them is required");
    };
  }

  private static Access fileSystem(VolumeCapability.MountVolume mount) {
    if (!mount.getVolumeMountGroup().isEmpty()) {
      throw Failure.invalidArgument(
          "volume_mount_group is not offered; leave the group to the CO (fsGroup)");
    }
    FsType type = mount.getFsType().isEmpty() ? FsType.EXT4 : FsType.parse(mount.getFsType());
    return new Access.FileSystem(type, List.copyOf(mount.getMountFlagsList()));
  }

  /** cryptsetup locks a header on its own node only. */
  private static void requireOneWriter(VolumeId volume, Mode mode) {
    if (mode == Mode.MULTI_NODE_SINGLE_WRITER || mode == Mode.MULTI_NODE_MULTI_WRITER) {
      throw Failure.failedPrecondition(
          "%s is encrypted, and in access mode %s two nodes could write its header at once, which would destroy it; use a mode of one node, or encrypt in the pods"
              .formatted(volume, mode));
    }
  }

  /** Only a raw device can be on several nodes; who writes is settled by its users. */
  private static void requireOffered(Mode mode, boolean raw) {
    switch (mode) {
      case SINGLE_NODE_WRITER,
          SINGLE_NODE_READER_ONLY,
          SINGLE_NODE_SINGLE_WRITER,
          SINGLE_NODE_MULTI_WRITER -> {}
      case MULTI_NODE_READER_ONLY, MULTI_NODE_SINGLE_WRITER, MULTI_NODE_MULTI_WRITER -> {
        if (!raw) {
          throw Failure.failedPrecondition(
              "access mode "
                  + mode
                  + " is not offered for file systems: one is used by one node at a time");
        }
      }
      case UNKNOWN, UNRECOGNIZED ->
          throw Failure.invalidArgument("volume_capability has no access mode; one is required");
    }
  }
}
