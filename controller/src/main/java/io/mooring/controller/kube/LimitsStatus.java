package io.mooring.controller.kube;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.mooring.controller.target.VolumeLimits;
import org.jspecify.annotations.Nullable;

/**
 * What each pod may ask of a volume, as its storage host keeps it; 0 means no limit.
 *
 * @param revision the host's count of changes
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record LimitsStatus(
    long readIops,
    long writeIops,
    long readBytesPerSecond,
    long writeBytesPerSecond,
    long revision) {
  /** Null for a volume that never had limits. */
  static @Nullable LimitsStatus of(VolumeLimits limits) {
    return limits.revision() == 0
        ? null
        : new LimitsStatus(
            limits.readIops(),
            limits.writeIops(),
            limits.readBytesPerSecond(),
            limits.writeBytesPerSecond(),
            limits.revision());
  }

  VolumeLimits limits() {
    return new VolumeLimits(readIops, writeIops, readBytesPerSecond, writeBytesPerSecond, revision);
  }
}
