package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * What NodeStageVolume asks for; two equal requests are one operation.
 *
 * @param staging an absolute path on the host, chosen by the CO
 */
public record StageRequest(VolumeId volume, PublishContext context, Path staging, Access access) {
  public StageRequest {
    requireNonNull(volume, "volume is null");
    requireNonNull(context, "context is null");
    requireNonNull(staging, "staging is null");
    requireNonNull(access, "access is null");
  }
}
