package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.crypt.Passphrases;
import io.mooring.runtime.claim.Claim;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What NodeStageVolume asks for; two equal requests are one operation.
 *
 * @param staging an absolute path on the host, chosen by the CO
 * @param mkfsOptions further arguments of mkfs, should the volume be blank
 * @param passphrases what opens it; empty for a volume that is not encrypted
 * @param claim whose volume it is, for people
 */
public record StageRequest(
    VolumeId volume,
    PublishContext context,
    Path staging,
    Access access,
    List<String> mkfsOptions,
    Optional<Passphrases> passphrases,
    Claim claim) {
  public StageRequest {
    requireNonNull(volume, "volume is null");
    requireNonNull(context, "context is null");
    requireNonNull(staging, "staging is null");
    requireNonNull(access, "access is null");
    mkfsOptions = List.copyOf(mkfsOptions);
    requireNonNull(passphrases, "passphrases is null");
    requireNonNull(claim, "claim is null");
  }

  /** Of a claim that nobody named. */
  public StageRequest(
      VolumeId volume,
      PublishContext context,
      Path staging,
      Access access,
      List<String> mkfsOptions,
      Optional<Passphrases> passphrases) {
    this(volume, context, staging, access, mkfsOptions, passphrases, Claim.NONE);
  }

  /** Not encrypted, with mkfs as it comes. */
  public StageRequest(VolumeId volume, PublishContext context, Path staging, Access access) {
    this(volume, context, staging, access, List.of(), Optional.empty());
  }

  /** Whether the storage host sees nothing of the content. */
  boolean encrypted() {
    return passphrases.isPresent();
  }
}
