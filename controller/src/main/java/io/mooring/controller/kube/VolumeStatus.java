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
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record VolumeStatus(
    @Nullable String volumeId,
    @Nullable String serial,
    @Nullable Long sizeBytes,
    @Nullable String wwid,
    String phase) {
  static final String CREATING = "Creating";
  static final String CREATED = "Created";

  /** Nothing is made yet. */
  static VolumeStatus creating() {
    return new VolumeStatus(null, null, null, null, CREATING);
  }
}
