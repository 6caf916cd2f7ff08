package io.mooring.runtime.filesystem;

import io.mooring.runtime.failure.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

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

  /** Each takes a value (mkfs.ext4(8), mkfs.xfs(8)). */
  private static final Map<String, Set<String>> ALLOWED =
      Map.of(
          "ext4",
          Set.of("-b", "-C", "-E", "-g", "-G", "-i", "-I", "-J", "-m", "-N", "-O", "-T"),
          "xfs",
          Set.of("-b", "-d", "-i", "-l", "-m", "-n", "-s"));

  private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_^][A-Za-z0-9_^,=.:+-]*");

  /** These lead to another device or file, or to another place on the device. */
  private static final Pattern ELSEWHERE =
      Pattern.compile("(?:^|,)(?:device|name|file|logdev|rtdev|offset)(?:=|,|$)");

  private MkfsOptions() {}

  /**
   * The words of a command line.
   *
   * @param fsType {@code ext4} or {@code xfs}
   * @param text options and their values with blanks between them; may be empty
   * @throws Failure INVALID_ARGUMENT for what is not let through
   */
  public static List<String> parse(String fsType, String text) {
    if (text.isBlank()) {
      return List.of();
    }
    Set<String> allowed = ALLOWED.getOrDefault(fsType, Set.of());
    List<String> words = List.of(text.strip().split("\\s+", -1));
    List<String> options = new ArrayList<>();
    for (int i = 0; i < words.size(); i += 2) {
      String option = words.get(i);
      Optional<String> value =
          i + 1 < words.size() ? Optional.of(words.get(i + 1)) : Optional.empty();
      boolean fine =
          allowed.contains(option)
              && value
                  .filter(given -> VALUE.matcher(given).matches())
                  .filter(given -> !ELSEWHERE.matcher(given).find())
                  .isPresent();
      if (!fine) {
        throw Failure.invalidArgument(
            "%s: \"%s\" cannot be given to mkfs.%s; possible are %s, each with a value after a blank"
                .formatted(
                    KEY,
                    value.map(given -> option + " " + given).orElse(option),
                    fsType,
                    new TreeSet<>(allowed)));
      }
      options.add(option);
      options.add(value.get());
    }
    return List.copyOf(options);
  }
}
