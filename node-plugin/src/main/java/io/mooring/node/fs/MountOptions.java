package io.mooring.node.fs;

import java.util.ArrayList;
import java.util.List;

/** Options as mount(8) takes them, several of which may stand in one word. */
public final class MountOptions {
  private MountOptions() {}

  /** One by one; a comma within quotes is part of a value. */
  static List<String> split(List<String> words) {
    String options = String.join(",", words);
    List<String> split = new ArrayList<>();
    boolean quoted = false;
    int from = 0;
    for (int i = 0; i < options.length(); i++) {
      char c = options.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        split.add(options.substring(from, i));
        from = i + 1;
      }
    }
    split.add(options.substring(from));
    return split;
  }

  /** Whether they ask for a mount through which nothing is written; the last word counts. */
  public static boolean readOnly(List<String> words) {
    return split(words).stream()
        .filter(option -> option.equals("ro") || option.equals("rw"))
        .reduce((first, last) -> last)
        .filter("ro"::equals)
        .isPresent();
  }
}
