package io.mooring.runtime.config;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Something that an administrator can set.
 *
 * @param key words of lower case letters and digits, joined by {@code -} and {@code .}; one part
 *     may be {@code *}, which stands for any name without dots: {@code pool.*.backend}
 * @param defaultValue what counts when nothing is set; null when there is no default
 * @param description one line of Markdown for docs/options.md and {@code --help}
 * @param secret whether the value must not be shown
 */
public record Option(
    String key, @Nullable String defaultValue, String description, boolean secret) {
  private static final Pattern KEY =
      Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*(\\.(\\*|[a-z0-9]+(-[a-z0-9]+)*))*");

  public Option {
    requireNonNull(description, "description is null");
    if (!KEY.matcher(key).matches() || key.indexOf('*') != key.lastIndexOf('*')) {
      throw new IllegalArgumentException("not a key: " + key);
    }
  }

  /** An option that has no default. */
  public static Option of(String key, String description) {
    return new Option(key, null, description, false);
  }

  /** An option with a default. */
  public static Option of(String key, String defaultValue, String description) {
    return new Option(key, defaultValue, description, false);
  }

  /** Whether the key holds a {@code *}. */
  public boolean family() {
    return key.contains("*");
  }

  /** {@code lun-quarantine} is {@code MOORING_LUN_QUARANTINE} in the environment. */
  String variable() {
    return Sources.VARIABLE_PREFIX
        + key.replace('-', '_').replace('.', '_').toUpperCase(Locale.ROOT);
  }
}
