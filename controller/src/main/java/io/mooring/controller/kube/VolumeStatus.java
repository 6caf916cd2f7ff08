package io.mooring.controller.kube;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What became of a volume.
 *
 * @param volumeId as CSI has it
 * @param serial 32 hex digits
 * @param wwid as dm-multipath writes it
 * @param phase {@code Creating} or {@code Created}
 * @param limits null for a volume that never had any
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record VolumeStatus(
    @Nullable String volumeId,
    @Nullable String serial,
    @Nullable Long sizeBytes,
    @Nullable String wwid,
    String phase,
    @Nullable LimitsStatus limits) {
  static final String CREATING = "Creating";
  static final String CREATED = "Created";

  /** Nothing is made yet. */
  static VolumeStatus creating() {
    return new VolumeStatus(null, null, null, null, CREATING, null);
  }
}
