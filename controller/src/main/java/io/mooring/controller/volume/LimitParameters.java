package io.mooring.controller.volume;

import io.mooring.controller.target.VolumeLimits;
import io.mooring.runtime.failure.Failure;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Limits as a class writes them: a whole number with or without a unit, {@code 500}, {@code 2k},
 * {@code 100Mi}, or {@code none}. A class says all of a volume's limits: what it does not name is
 * without limit.
 */
public final class LimitParameters {
  private static final String READ_IOPS = "readIops";
  private static final String WRITE_IOPS = "writeIops";
  private static final String READ_BANDWIDTH = "readBandwidth";
  private static final String WRITE_BANDWIDTH = "writeBandwidth";

  /** Its keys. */
  static final List<String> KEYS = List.of(READ_IOPS, WRITE_IOPS, READ_BANDWIDTH, WRITE_BANDWIDTH);

  private static final String NO_LIMIT = "none";
  private static final Pattern QUANTITY = Pattern.compile("([0-9]{1,15})(k|M|G|T|Ki|Mi|Gi|Ti|)");
  private static final Map<String, Long> UNITS =
      Map.of(
          "", 1L,
          "k", 1_000L,
          "M", 1_000_000L,
          "G", 1_000_000_000L,
          "T", 1_000_000_000_000L,
          "Ki", 1L << 10,
          "Mi", 1L << 20,
          "Gi", 1L << 30,
          "Ti", 1L << 40);

  /**
   * What is below these is as good as a hang: nobody can end a process before the kernel has done
   * what the process asked for, and by default that can be some hundred requests of 1 MiB.
   */
  private static final long LEAST_IOPS = 10;

  private static final long LEAST_BANDWIDTH = 1_000_000;

  /** The kernel counts operations in 32 bits, all of which mean no limit. */
  private static final long MOST_IOPS = 0xFFFF_FFFEL;

  private static final long MOST_BANDWIDTH = 1L << 50;

  private LimitParameters() {}

  /**
   * The parameters of a VolumeAttributesClass; what Kubernetes' sidecars add is passed over.
   *
   * @throws Failure INVALID_ARGUMENT for an unknown key, or for a value that is no limit
   */
  public static VolumeLimits parse(Map<String, String> map) {
    Map<String, String> own = new TreeMap<>();
    map.forEach((key, value) -> {
      if (KEYS.contains(key)) {
        own.put(key, value);
      } else if (!Parameters.isSidecars(key)) {
        throw Failure.invalidArgument(
            "mutable parameter \"%s\" is not known; known are %s".formatted(key, KEYS));
      }
    });
    return of(own);
  }

  /** The limits among the keys of a class. */
  static VolumeLimits of(Map<String, String> map) {
    return new VolumeLimits(
        value(map, READ_IOPS, LEAST_IOPS, MOST_IOPS),
        value(map, WRITE_IOPS, LEAST_IOPS, MOST_IOPS),
        value(map, READ_BANDWIDTH, LEAST_BANDWIDTH, MOST_BANDWIDTH),
        value(map, WRITE_BANDWIDTH, LEAST_BANDWIDTH, MOST_BANDWIDTH),
        0);
  }

  private static long value(Map<String, String> map, String key, long least, long most) {
    String text = map.getOrDefault(key, NO_LIMIT).strip();
    if (text.equals(NO_LIMIT)) {
      return 0;
    }
    Matcher quantity = QUANTITY.matcher(text);
    if (!quantity.matches()) {
      throw Failure.invalidArgument(
          "parameter \"%s\" is \"%s\"; give a whole number per second, such as 500, 2k or 100Mi, or none"
              .formatted(key, text));
    }
    long number = Long.parseLong(quantity.group(1));
    long unit = UNITS.getOrDefault(quantity.group(2), 1L);
    if (number > most / unit || number * unit < least) {
      throw Failure.invalidArgument(
          "parameter \"%s\" is \"%s\"; give %d to %d per second, or none"
              .formatted(key, text, least, most));
    }
    return number * unit;
  }
}
