package io.mooring.node.crypt;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a LUKS2 header says of its volume.
 *
 * @param subsystem a word of its maker's
 * @param epoch counts what was ever written to the header
 * @param keys how many passphrases open it
 * @param offsetBytes where the content begins
 */
public record LuksHeader(String subsystem, long epoch, int keys, long offsetBytes) {
  /** Made by us, and nobody has written through it yet. */
  public static final String NEW = "mooring-new";

  /** In use, or made by somebody else and taken over. */
  public static final String USED = "mooring";

  private static final Pattern SUBSYSTEM = Pattern.compile("(?m)^Subsystem:\\s+(\\S.*?)\\s*$");
  private static final Pattern EPOCH = Pattern.compile("(?m)^Epoch:\\s+(\\d+)\\s*$");
  private static final Pattern KEY = Pattern.compile("(?m)^\\s+\\d+: luks2\\s*$");
  private static final Pattern OFFSET = Pattern.compile("(?m)^\\s+offset:\\s*(\\d+) \\[bytes]");

  public LuksHeader {
    requireNonNull(subsystem, "subsystem is null");
  }

  /** Whether the content is whatever the disk's zeros decrypt to, and nobody's data. */
  public boolean isNew() {
    return subsystem.equals(NEW);
  }

  /**
   * From the text of {@code cryptsetup luksDump}; empty for another form, as that of LUKS1.
   *
   * @param dump in English
   */
  static Optional<LuksHeader> parse(String dump) {
    Matcher subsystem = SUBSYSTEM.matcher(dump);
    Matcher epoch = EPOCH.matcher(dump);
    Matcher offset = OFFSET.matcher(dump);
    if (!subsystem.find() || !epoch.find() || !offset.find()) {
      return Optional.empty();
    }
    int keys = (int) KEY.matcher(dump).results().count();
    return Optional.of(
        new LuksHeader(
            subsystem.group(1),
            Long.parseLong(epoch.group(1)),
            keys,
            Long.parseLong(offset.group(1))));
  }
}
