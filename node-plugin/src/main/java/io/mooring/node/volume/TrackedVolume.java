package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.fs.FsType;
import io.mooring.node.fs.MountOptions;
import io.mooring.node.linux.Mount;
import io.mooring.runtime.claim.Claim;
import io.mooring.runtime.encryption.EncryptionType;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What this node has promised about a volume, as kept on its disk. It names no device: device names
 * and numbers mean something else tomorrow, the WWID does not.
 *
 * @param volumeId {@code <StorageTarget>/<serial>}
 * @param wwid follows from the id; written down for whoever reads the file
 * @param targets who serves it, as the controller said
 * @param sizeBytes as the controller said
 * @param readOnly whether the LUN is write-protected
 * @param bootId the boot in which devices of it were made; in another one all of them are gone
 * @param stagingPath where it is staged
 * @param fsType as {@link FsType} says it, or empty for a raw device
 * @param mountOptions of the staging mount
 * @param formatted whether a file system was seen or made since it is tracked; a volume that was
 *     formatted and reads blank is never formatted again
 * @param encryption missing for none, and in what older versions wrote
 * @param limits the newest that this node was told; missing in what older versions wrote
 * @param chap whether the targets demand CHAP; missing in what older versions wrote
 * @param claim whose volume it is, for people; missing in what older versions wrote
 * @param portalsRevision as {@link PublishContext#portalsRevision}; missing in what older versions
 *     wrote
 * @param remounting whether its file system is being mounted anew, so that the mount may be
 *     missing; missing in what older versions wrote
 */
public record TrackedVolume(
    String volumeId,
    String wwid,
    List<TargetEntry> targets,
    long sizeBytes,
    boolean readOnly,
    String bootId,
    Phase phase,
    String stagingPath,
    String fsType,
    List<String> mountOptions,
    boolean formatted,
    @Nullable EncryptionType encryption,
    @Nullable VolumeLimits limits,
    @Nullable Boolean chap,
    @Nullable Claim claim,
    @Nullable Long portalsRevision,
    @Nullable Boolean remounting) {
  public TrackedVolume {
    requireNonNull(volumeId, "volumeId is null");
    requireNonNull(wwid, "wwid is null");
    targets = List.copyOf(targets);
    requireNonNull(bootId, "bootId is null");
    requireNonNull(phase, "phase is null");
    requireNonNull(stagingPath, "stagingPath is null");
    requireNonNull(fsType, "fsType is null");
    mountOptions = List.copyOf(mountOptions);
    if (VolumeId.parse(volumeId).isEmpty()) {
      throw new IllegalArgumentException("not a volume id: " + volumeId);
    }
  }

  /** The record of a volume whose staging begins. */
  public static TrackedVolume staging(StageRequest request, String bootId) {
    PublishContext context = request.context();
    String fsType = "";
    List<String> options = List.of();
    if (request.access() instanceof Access.FileSystem fileSystem) {
      fsType = fileSystem.type().toString();
      options = fileSystem.options();
    }
    return new TrackedVolume(
        request.volume().toString(),
        context.wwid().value(),
        context.targets(),
        context.sizeBytes(),
        context.readOnly(),
        bootId,
        Phase.STAGING,
        request.staging().toString(),
        fsType,
        options,
        false,
        request.encrypted() ? EncryptionType.LUKS2 : null,
        context.limits(),
        context.chap(),
        request.claim(),
        context.portalsRevision(),
        null);
  }

  public VolumeId id() {
    return VolumeId.parse(volumeId).orElseThrow();
  }

  public PublishContext context() {
    return new PublishContext(
        id().identity(),
        sizeBytes,
        readOnly,
        demandsChap(),
        targets,
        allowed(),
        portalsRevision == null ? 0 : portalsRevision,
        formatted);
  }

  public Access access() {
    return fsType.isEmpty()
        ? new Access.Block()
        : new Access.FileSystem(FsType.parse(fsType), mountOptions);
  }

  /** What each pod may ask of it. */
  public VolumeLimits allowed() {
    return limits == null ? VolumeLimits.NEVER : limits;
  }

  public boolean demandsChap() {
    return chap != null && chap;
  }

  /** Whose volume it is, for people. */
  public Claim claimed() {
    return claim == null ? Claim.NONE : claim;
  }

  public boolean encrypted() {
    return encryption != null;
  }

  /**
   * Whether the kernel has stopped its file system after errors, as far as mountinfo says so: of an
   * xfs it says nothing.
   */
  public boolean isStopped(Mount mounted) {
    boolean wanted = readOnly || MountOptions.readOnly(mountOptions);
    return mounted.stopped() || (mounted.fileSystemReadOnly() && !wanted);
  }

  public Path staging() {
    return Path.of(stagingPath);
  }

  public TrackedVolume in(Phase next) {
    return copy(sizeBytes, next, formatted, limits, remounting);
  }

  /** The same volume after it has grown. */
  public TrackedVolume withSize(long newSizeBytes) {
    return copy(newSizeBytes, phase, formatted, limits, remounting);
  }

  /** The same volume, known to hold a file system. */
  public TrackedVolume withFileSystem() {
    return copy(sizeBytes, phase, true, limits, remounting);
  }

  /** The same volume with these limits, where they are newer than its own. */
  public TrackedVolume allowing(VolumeLimits told) {
    return copy(sizeBytes, phase, formatted, allowed().orNewer(told), remounting);
  }

  /** Whether its file system is being mounted anew, so that the mount may be missing. */
  boolean isRemounting() {
    return remounting != null && remounting;
  }

  /** The same volume, whose file system begins to be mounted anew, or is mounted. */
  TrackedVolume remounting(boolean begins) {
    return copy(sizeBytes, phase, formatted, limits, begins ? true : null);
  }

  public Set<String> iqns() {
    return targets.stream().map(TargetEntry::iqn).collect(Collectors.toUnmodifiableSet());
  }

  private TrackedVolume copy(
      long newSizeBytes,
      Phase newPhase,
      boolean newFormatted,
      @Nullable VolumeLimits newLimits,
      @Nullable Boolean newRemounting) {
    return new TrackedVolume(
        volumeId,
        wwid,
        targets,
        newSizeBytes,
        readOnly,
        bootId,
        newPhase,
        stagingPath,
        fsType,
        mountOptions,
        newFormatted,
        encryption,
        newLimits,
        chap,
        claim,
        portalsRevision,
        newRemounting);
  }
}
