package io.mooring.agent.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.Serial;

/**
 * Something that is wrong with a volume, as this host knows it.
 *
 * @param reason one CamelCase word
 * @param sentence for people
 */
public record Finding(Serial volume, Severity severity, String reason, String sentence) {
  /** How bad it is. */
  public enum Severity {
    /** No node can read or write all of it now. */
    INACCESSIBLE,
    /** It is gone. */
    DATA_LOSS
  }

  public Finding {
    requireNonNull(volume, "volume is null");
    requireNonNull(severity, "severity is null");
    requireNonNull(reason, "reason is null");
    requireNonNull(sentence, "sentence is null");
  }
}
