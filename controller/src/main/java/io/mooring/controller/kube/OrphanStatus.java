package io.mooring.controller.kube;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * How things are with a finding of the audit.
 *
 * @param since when it was first seen
 * @param removal {@code Never}, {@code OnConsent}, {@code Quarantine} or {@code Refused}
 * @param message what is so, and what to do
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record OrphanStatus(
    @Nullable String since, @Nullable String removal, @Nullable String message) {
  static final String NEVER = "Never";
  static final String ON_CONSENT = "OnConsent";
  static final String QUARANTINE = "Quarantine";
  static final String REFUSED = "Refused";
}
