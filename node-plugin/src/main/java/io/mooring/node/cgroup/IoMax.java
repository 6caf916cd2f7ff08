package io.mooring.node.cgroup;

import java.util.HashMap;
import java.util.Map;

/**
 * What a cgroup may ask of one device, as the kernel writes it in {@code io.max}. 0 means no limit.
 */
public record IoMax(
    long readBytesPerSecond, long writeBytesPerSecond, long readIops, long writeIops) {
  /** No limit, for which the kernel has no line. */
  public static final IoMax NONE = new IoMax(0, 0, 0, 0);

  /** From {@link #toString}; what is missing or not known is no limit. */
  public static IoMax parse(String text) {
    Map<String, Long> values = new HashMap<>();
    for (String part : text.strip().split(" +", -1)) {
      int equals = part.indexOf('=');
      if (equals > 0 && part.substring(equals + 1).matches("\\d{1,18}")) {
        values.put(part.substring(0, equals), Long.parseLong(part.substring(equals + 1)));
      }
    }
    return new IoMax(
        values.getOrDefault("rbps", 0L),
        values.getOrDefault("wbps", 0L),
        values.getOrDefault("riops", 0L),
        values.getOrDefault("wiops", 0L));
  }

  /** All four, so that nothing of what was there before is left. */
  @Override
  public String toString() {
    return "rbps=%s wbps=%s riops=%s wiops=%s"
        .formatted(
            text(readBytesPerSecond), text(writeBytesPerSecond), text(readIops), text(writeIops));
  }

  private static String text(long limit) {
    return limit == 0 ? "max" : Long.toString(limit);
  }
}
