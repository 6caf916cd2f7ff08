package io.mooring.controller.kube;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * Where a volume was placed; written before it is made.
 *
 * @param csiName what the CSI client calls it
 * @param target the storage target's name
 * @param requestedBytes what the target is asked for
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record VolumeSpec(String csiName, String target, String pool, long requestedBytes) {}
