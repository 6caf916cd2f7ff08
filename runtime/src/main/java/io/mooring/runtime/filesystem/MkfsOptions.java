package io.mooring.runtime.filesystem;

import io.mooring.runtime.failure.Failure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The arguments of mkfs that a StorageClass may give. Only options that shape the file system are
 * let through: mkfs runs as root on the node, and others would make it read or write something else
 * than the volume.
 */
public final class MkfsOptions {
  /**
   * The StorageClass's parameter, and the key of the volume context that carries it to the node.
   */
  public static final String KEY = "mkfsOptions";

  private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_^][A-Za-z0-9_^,=.:+-]*");

  /** A volume is one device. */
  private static final Pattern BTRFS_PROFILE = Pattern.compile("single|dup");

  /** A zoned btrfs has its superblocks in other places; list-all makes none. */
  private static final Pattern BTRFS_FEATURES =
      Pattern.compile("(?!(?:.*,)?(?:zoned|list-all)(?:,|$))" + VALUE);

  /** The options with what their values look like (mkfs.ext4(8), mkfs.xfs(8), mkfs.btrfs(8)). */
  private static final Map<String, Map<String, Pattern>> ALLOWED =
      Map.of(
          "ext4",
          anyValue("-b", "-C", "-E", "-g", "-G", "-i", "-I", "-J", "-m", "-N", "-O", "-T"),
          "xfs",
          anyValue("-b", "-d", "-i", "-l", "-m", "-n", "-s"),
          "btrfs",
          Map.of(
              "-d",
              BTRFS_PROFILE,
              "-m",
              BTRFS_PROFILE,
              "-n",
              VALUE,
              "-O",
              BTRFS_FEATURES,
              "-s",
              VALUE));

  /** These lead to another device or file, or to another place on the device. */
  private static final Pattern ELSEWHERE =
      Pattern.compile("(?:^|,)(?:device|name|file|logdev|rtdev|offset)(?:=|,|$)");

  private MkfsOptions() {}

  private static Map<String, Pattern> anyValue(String... options) {
    return Arrays.stream(options)
        .collect(Collectors.toUnmodifiableMap(option -> option, option -> VALUE));
  }

  /**
   * The words of a command line.
   *
   * @param fsType {@code ext4}, {@code xfs} or {@code btrfs}
   * @param text options and their values with blanks between them; may be empty
   * @throws Failure INVALID_ARGUMENT for what is not let through
   */
  public static List<String> parse(String fsType, String text) {
    if (text.isBlank()) {
      return List.of();
    }
    Map<String, Pattern> allowed = ALLOWED.getOrDefault(fsType, Map.of());
    List<String> words = List.of(text.strip().split("\\s+", -1));
    List<String> options = new ArrayList<>();
    for (int i = 0; i < words.size(); i += 2) {
      String option = words.get(i);
      Optional<String> value =
          i + 1 < words.size() ? Optional.of(words.get(i + 1)) : Optional.empty();
      boolean fine =
          allowed.containsKey(option)
              && value
                  .filter(given -> allowed.get(option).matcher(given).matches())
                  .filter(given -> !ELSEWHERE.matcher(given).find())
                  .isPresent();
      if (!fine) {
        throw Failure.invalidArgument(
            "%s: \"%s\" cannot be given to mkfs.%s; possible are %s, each with a value after a blank"
                .formatted(
                    KEY,
                    value.map(given -> option + " " + given).orElse(option),
                    fsType,
                    new TreeSet<>(allowed.keySet())));
      }
      options.add(option);
      options.add(value.get());
    }
    return List.copyOf(options);
  }
}
