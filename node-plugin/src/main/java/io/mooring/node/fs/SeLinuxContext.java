package io.mooring.node.fs;

import io.mooring.node.linux.Mount;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The one SELinux context that all files of a mount have, by the mount option {@code context}.
 *
 * <p>Two that mean the same are equal, however they are written: of {@code c3,c1,c2} the kernel
 * makes {@code c1.c3}.
 *
 * @param label {@code user:role:type:level}, with every category of the level named once and in
 *     order
 */
public record SeLinuxContext(String label) {
  private static final String OPTION = "context=";

  /** A sensitivity and its categories, for example {@code s0:c1,c3.c5}. */
  private static final Pattern SENSITIVITY =
      Pattern.compile("(s\\d{1,4})(?::(c\\d{1,4}(?:[.,]c\\d{1,4})*))?");

  private static final Pattern CATEGORIES = Pattern.compile("c(\\d+)(?:\\.c(\\d+))?");

  /**
   * The context that these mount options ask for.
   *
   * @param options as mount(8) takes them; a comma within quotes is part of a value
   */
  public static Optional<SeLinuxContext> in(List<String> options) {
    return MountOptions.split(options).stream()
        .filter(option -> option.startsWith(OPTION))
        .map(option -> of(option.substring(OPTION.length()).replace("\"", "")))
        .reduce((first, last) -> last);
  }

  /** The context that the kernel says a mount has. */
  public static Optional<SeLinuxContext> of(Mount mount) {
    return in(List.of(mount.superOptions()));
  }

  private static SeLinuxContext of(String text) {
    String[] parts = text.split(":", 4);
    return new SeLinuxContext(
        parts.length < 4 ? text : String.join(":", parts[0], parts[1], parts[2], level(parts[3])));
  }

  /** A level or a range of two; what is written in another way stays as it is. */
  private static String level(String text) {
    String[] ends = text.split("-", 2);
    String low = sensitivity(ends[0]);
    String high = sensitivity(ends[ends.length - 1]);
    return low.equals(high) ? low : low + "-" + high;
  }

  private static String sensitivity(String text) {
    Matcher form = SENSITIVITY.matcher(text);
    if (!form.matches() || form.group(2) == null) {
      return text;
    }
    TreeSet<Integer> categories =
        CATEGORIES
            .matcher(form.group(2))
            .results()
            .flatMapToInt(SeLinuxContext::range)
            .boxed()
            .collect(Collectors.toCollection(TreeSet::new));
    return form.group(1)
        + categories.stream().map(number -> "c" + number).collect(Collectors.joining(",", ":", ""));
  }

  private static IntStream range(MatchResult found) {
    int first = Integer.parseInt(found.group(1));
    return found.group(2) == null
        ? IntStream.of(first)
        : IntStream.rangeClosed(first, Integer.parseInt(found.group(2)));
  }

  @Override
  public String toString() {
    return label;
  }
}
