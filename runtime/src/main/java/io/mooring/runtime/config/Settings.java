package io.mooring.runtime.config;

import io.mooring.runtime.failure.Failure;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The values of a process's options. Sources in order of precedence: the command line ({@code --key
 * value}, {@code --key=value}), the environment ({@code MOORING_KEY}, not for families), the
 * properties file named by {@code --config}, the default. An unknown key in any of them is refused.
 *
 * <p>All getters throw a {@link Failure} INVALID_ARGUMENT that names the key, where it was set, the
 * value (unless secret) and the form expected. A key that is not an option is a mistake in our code
 * and an IllegalArgumentException. A value that is set to nothing counts as set: it overrules a
 * default, and a getter that needs a value refuses it.
 */
public final class Settings {
  private final Keys keys;
  private final Map<String, Sources.Value> values;

  /** What the keys of this view begin with: "" or, for a group, "pool.fast.". */
  private final String prefix;

  private Settings(Keys keys, Map<String, Sources.Value> values, String prefix) {
    this.keys = keys;
    this.values = values;
    this.prefix = prefix;
  }

  /**
   * Reads all sources.
   *
   * @throws Failure INVALID_ARGUMENT for an unknown, doubled or malformed setting
   */
  public static Settings load(
      List<Option> options, String[] args, Map<String, String> environment) {
    Keys keys = new Keys(options);
    Sources sources = new Sources(keys);
    sources.readAll(args, environment);
    return new Settings(keys, Map.copyOf(sources.values()), "");
  }

  /** Reads a properties file alone: one that is no configuration of the process itself. */
  public static Settings ofFile(List<Option> options, Path file) {
    Keys keys = new Keys(options);
    Sources sources = new Sources(keys);
    sources.readFile(file);
    return new Settings(keys, Map.copyOf(sources.values()), "");
  }

  /** A value that must be there and not blank. */
  public String text(String key) {
    String text = required(key).text().strip();
    if (text.isEmpty()) {
      throw missing(key);
    }
    return text;
  }

  /** A value that may be unset or blank. */
  public Optional<String> optionalText(String key) {
    return value(key).map(value -> value.text().strip()).filter(text -> !text.isEmpty());
  }

  /** A whole number within inclusive bounds. */
  public long number(String key, long min, long max) {
    return convert(
        key, "a whole number from " + min + " to " + max, text -> Values.number(text, min, max));
  }

  /** A number, possibly with a fraction, within inclusive bounds. */
  public double decimal(String key, double min, double max) {
    return convert(
        key, "a number from " + min + " to " + max, text -> Values.decimal(text, min, max));
  }

  /** {@code true} or {@code false}. */
  public boolean flag(String key) {
    return convert(key, "true or false", Values::flag);
  }

  /** An amount of time such as {@code 250ms}, {@code 5s}, {@code 10m}, {@code 2h}. */
  public Duration duration(String key) {
    return convert(key, "an amount of time such as 250ms, 5s, 10m or 2h", Values::duration);
  }

  /** A path of the file system. */
  public Path path(String key) {
    return convert(key, "a path", Values::path);
  }

  /** A path of the file system that may be unset or blank. */
  public Optional<Path> optionalPath(String key) {
    return optionalText(key).map(_ -> path(key));
  }

  /** {@code host:port} to listen on or to connect to; an IPv6 address stands in brackets. */
  public InetSocketAddress address(String key) {
    return convert(key, "host:port, such as 0.0.0.0:9750 or [::]:9750", Values::address);
  }

  /** An address that may be unset or blank. */
  public Optional<InetSocketAddress> optionalAddress(String key) {
    return optionalText(key).map(_ -> address(key));
  }

  /** One of several words. */
  public String choice(String key, String... allowed) {
    List<String> words = List.of(allowed);
    return convert(
        key,
        "one of " + String.join(", ", words),
        text -> Optional.of(text).filter(words::contains));
  }

  /** Comma-separated values without blanks around them; empty when unset or blank. */
  public List<String> list(String key) {
    List<String> entries = optionalText(key).map(Values::list).orElse(List.of());
    if (entries.contains("")) {
      throw malformed(key, "a list such as a,b,c without empty entries");
    }
    return entries;
  }

  /**
   * The names for which something of a family is set, in order.
   *
   * @param family a pattern that ends in {@code *}: {@code pool.*}
   */
  public Set<String> names(String family) {
    Set<String> names = new TreeSet<>();
    for (Option option : keys.options()) {
      if (option.key().startsWith(prefix + family + ".") || option.key().equals(prefix + family)) {
        values.keySet().forEach(key -> Keys.name(option.key(), key).ifPresent(names::add));
      }
    }
    return Collections.unmodifiableSet(names);
  }

  /**
   * The options of one name of a family, under their last words: {@code group("pool.*",
   * "fast").text("backend")} is {@code pool.fast.backend}.
   */
  public Settings group(String family, String name) {
    return new Settings(keys, values, prefix + concrete(family, name) + ".");
  }

  /** The value of a family's key for one name: {@code text("pool.*.backend", "fast")}. */
  public String text(String familyKey, String name) {
    return text(concrete(familyKey, name));
  }

  /** All keys with a value, in order, with secrets masked: for the log. */
  public Map<String, String> effective() {
    Map<String, String> effective = new TreeMap<>();
    for (Option option : keys.options()) {
      if (option.family()) {
        int star = option.key().indexOf('*');
        names(option.key().substring(0, star + 1))
            .forEach(name -> show(concrete(option.key(), name), option, effective));
      } else {
        show(option.key(), option, effective);
      }
    }
    return Collections.unmodifiableMap(effective);
  }

  private void show(String key, Option option, Map<String, String> effective) {
    value(key)
        .ifPresent(value ->
            effective.put(key, option.secret() && !value.text().isEmpty() ? "***" : value.text()));
  }

  private static String concrete(String familyKey, String name) {
    if (!familyKey.contains("*") || !name.matches(Keys.NAME)) {
      throw new IllegalArgumentException("no family or no name: " + familyKey + ", " + name);
    }
    return familyKey.replace("*", name);
  }

  private Option option(String key) {
    return keys.find(prefix + key)
        .orElseThrow(() -> new IllegalArgumentException("not an option: " + prefix + key));
  }

  private Optional<Sources.Value> value(String key) {
    Option option = option(key);
    Sources.Value set = values.get(prefix + key);
    if (set != null) {
      return Optional.of(set);
    }
    return Optional.ofNullable(option.defaultValue())
        .map(text -> new Sources.Value(text, "default"));
  }

  private Sources.Value required(String key) {
    return value(key).orElseThrow(() -> missing(key));
  }

  private Failure missing(String key) {
    Option option = option(key);
    return Failure.invalidArgument(
        "option %s is not set; give --%s or a line in the file of --config: %s"
            .formatted(prefix + key, prefix + key, option.description()));
  }

  private Failure malformed(String key, String form) {
    Sources.Value value = required(key);
    return Failure.invalidArgument(
        "option %s = '%s' (%s) is not %s"
            .formatted(
                prefix + key, option(key).secret() ? "***" : value.text(), value.source(), form));
  }

  private <T> T convert(String key, String form, Function<String, Optional<T>> parser) {
    return parser.apply(text(key)).orElseThrow(() -> malformed(key, form));
  }
}
