package io.mooring.controller.target;

import static java.util.Objects.requireNonNull;

/**
 * Something that is wrong with a volume, as its storage host sees it.
 *
 * @param serial the volume's
 * @param reason one CamelCase word, of one volume never twice
 * @param sentence for people
 */
public record Finding(String serial, Severity severity, String reason, String sentence) {
  /** How bad it is. */
  public enum Severity {
    /** No node can read or write all of it now. */
    INACCESSIBLE,
    /** It is gone. */
    DATA_LOSS
  }

  public Finding {
    requireNonNull(serial, "serial is null");
    requireNonNull(severity, "severity is null");
    requireNonNull(reason, "reason is null");
    requireNonNull(sentence, "sentence is null");
  }
}
