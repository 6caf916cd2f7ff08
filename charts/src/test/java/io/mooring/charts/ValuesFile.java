package io.mooring.charts;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The values with their comments, line by line: a YAML parser would drop the comments.
 *
 * <p>A key with a comment, whose keys have none, is one value; so is a list. A comment ends at an
 * empty line or an empty comment, after which examples may follow.
 */
final class ValuesFile {
  private static final Pattern KEY = Pattern.compile("( *)([A-Za-z]+):(?: (.+))?");
  private static final int SHORT = 40;

  /**
   * One value.
   *
   * @param path such as {@code controller.replicas}
   * @param text its default as it is written, empty when it stands on lines of its own
   */
  record Value(String path, String text, String comment) {
    /** The default as the table shows it. */
    String shown() {
      return text.isEmpty() || text.length() > SHORT ? "see `values.yaml`" : "`" + text + "`";
    }
  }

  private record Key(int indent, String path, String text, String comment) {}

  private final List<Key> keys = new ArrayList<>();
  private final Deque<Key> parents = new ArrayDeque<>();
  private final List<String> comment = new ArrayList<>();
  private boolean commentEnded;

  private ValuesFile() {}

  static List<Value> parse(String text) {
    ValuesFile file = new ValuesFile();
    text.lines().forEach(file::line);
    return file.values();
  }

  private void line(String line) {
    String content = line.strip();
    if (content.startsWith("#")) {
      String words = content.substring(1).strip();
      commentEnded |= words.isEmpty();
      if (!commentEnded) {
        comment.add(words);
      }
      return;
    }
    if (content.startsWith("- ")) {
      list(line.indexOf('-'));
    }
    Matcher key = KEY.matcher(line);
    if (key.matches()) {
      key(key.group(1).length(), key.group(2), key.group(3) == null ? "" : key.group(3));
    }
    comment.clear();
    commentEnded = false;
  }

  /** The keys from here on are those of an entry. */
  private void list(int indent) {
    while (parents.getLast().indent() > indent) {
      parents.removeLast();
    }
    Key list = parents.removeLast();
    String path = list.path().endsWith("[]") ? list.path() : list.path() + "[]";
    parents.addLast(new Key(list.indent(), path, list.text(), list.comment()));
  }

  private void key(int indent, String name, String text) {
    while (!parents.isEmpty() && parents.getLast().indent() >= indent) {
      parents.removeLast();
    }
    String prefix = parents.isEmpty() ? "" : parents.getLast().path() + ".";
    Key key = new Key(indent, prefix + name, text, String.join(" ", comment));
    keys.add(key);
    parents.addLast(key);
  }

  private List<Value> values() {
    List<Value> values = new ArrayList<>();
    Key within = new Key(0, "/", "", "");
    for (Key key : keys) {
      if (below(within, key)) {
        continue;
      }
      boolean group = key.text().isEmpty() && hasCommentedKeys(key);
      if (!group || isList(key)) {
        values.add(new Value(key.path(), key.text(), key.comment()));
      }
      if (!group) {
        within = key;
      }
    }
    return values;
  }

  private boolean isList(Key list) {
    return keys.stream().anyMatch(key -> key.path().startsWith(list.path() + "[]"));
  }

  private boolean hasCommentedKeys(Key parent) {
    return keys.stream().anyMatch(key -> below(parent, key) && !key.comment().isEmpty());
  }

  private static boolean below(Key parent, Key key) {
    return key.path().startsWith(parent.path() + ".") || key.path().startsWith(parent.path() + "[");
  }
}
