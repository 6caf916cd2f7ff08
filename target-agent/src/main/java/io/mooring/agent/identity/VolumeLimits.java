package io.mooring.agent.identity;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How much each pod that uses a volume may ask of it. The nodes enforce it; it is kept here so that
 * every node is told the same. 0 means no limit.
 *
 * @param revision counts the changes, 0 for a volume that never had limits; see {@link #after}
 */
public record VolumeLimits(
    long readIops,
    long writeIops,
    long readBytesPerSecond,
    long writeBytesPerSecond,
    long revision) {
  /** No limit, and there never was one. */
  public static final VolumeLimits NEVER = new VolumeLimits(0, 0, 0, 0, 0);

  private static final Pattern FORM = Pattern.compile("\\d{1,18}(:\\d{1,18}){4}");

  public VolumeLimits {
    if (readIops < 0
        || writeIops < 0
        || readBytesPerSecond < 0
        || writeBytesPerSecond < 0
        || revision < 0) {
      throw new IllegalArgumentException("a limit is negative");
    }
  }

  /** Whether they allow as much, whenever that was said. */
  public boolean allowAsMuchAs(VolumeLimits other) {
    return at(0).equals(other.at(0));
  }

  /** These limits in the place of others, which stay where nothing differs. */
  public VolumeLimits after(VolumeLimits before) {
    return allowAsMuchAs(before) ? before : at(before.revision + 1);
  }

  private VolumeLimits at(long newRevision) {
    return new VolumeLimits(
        readIops, writeIops, readBytesPerSecond, writeBytesPerSecond, newRevision);
  }

  /** From {@link #toString}. */
  public static Optional<VolumeLimits> parse(String text) {
    if (!FORM.matcher(text).matches()) {
      return Optional.empty();
    }
    String[] parts = text.split(":", -1);
    return Optional.of(
        new VolumeLimits(
            Long.parseLong(parts[1]),
            Long.parseLong(parts[2]),
            Long.parseLong(parts[3]),
            Long.parseLong(parts[4]),
            Long.parseLong(parts[0])));
  }

  /** {@code revision:readIops:writeIops:readBytesPerSecond:writeBytesPerSecond}. */
  @Override
  public String toString() {
    return "%d:%d:%d:%d:%d"
        .formatted(revision, readIops, writeIops, readBytesPerSecond, writeBytesPerSecond);
  }
}
