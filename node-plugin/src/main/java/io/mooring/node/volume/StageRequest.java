package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;

/**
 * What NodeStageVolume asks for; two equal requests are one operation.
 *
 * @param staging an absolute path on the host, chosen by the CO
 * @param mkfsOptions further arguments of mkfs, should the volume be blank
 */
public record StageRequest(
    VolumeId volume,
    PublishContext context,
    Path staging,
    Access access,
    List<String> mkfsOptions) {
  public StageRequest {
    requireNonNull(volume, "volume is null");
    requireNonNull(context, "context is null");
    requireNonNull(staging, "staging is null");
    requireNonNull(access, "access is null");
    mkfsOptions = List.copyOf(mkfsOptions);
  }

  /** With mkfs as it comes. */
  public StageRequest(VolumeId volume, PublishContext context, Path staging, Access access) {
    this(volume, context, staging, access, List.of());
  }
}
