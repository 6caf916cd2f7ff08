package io.mooring.controller.kube;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * Which volume is where, and whose it is.
 *
 * @param volumeId as CSI has it
 * @param node the node's name
 * @param persistentVolume null where it is not known
 * @param claim {@code namespace/name}; null where it is not known
 * @param claimUid null where the claim is not known
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AttachmentSpec(
    String volumeId,
    String node,
    @Nullable String persistentVolume,
    @Nullable String claim,
    @Nullable String claimUid) {}
