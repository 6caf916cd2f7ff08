package io.mooring.controller.target;

import io.mooring.runtime.config.Option;
import io.mooring.runtime.config.Settings;
import io.mooring.runtime.failure.Failure;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the form of the targets file, Java properties with two keys per storage target:
 *
 * <pre>
 * target.san-a.endpoint = san-a.example.net:9750
 * target.san-a.server-name = san-a
 * </pre>
 *
 * The server name may be left out and is then the target's name.
 */
final class TargetsFile {
  private static final String FAMILY = "target.*";
  private static final List<Option> KEYS =
      List.of(
          Option.of(FAMILY + ".endpoint", "host:port of the agent"),
          Option.of(FAMILY + ".server-name", "the name in the agent's certificate"));
  private static final Pattern ENDPOINT =
      Pattern.compile("(?:\\[[0-9A-Fa-f:.]+]|[^\\s:\\[\\]/]+):(\\d{1,5})");
  private static final int HIGHEST_PORT = 65_535;

  private TargetsFile() {}

  /**
   * Reads the file.
   *
   * @return at least one target
   * @throws Failure INVALID_ARGUMENT naming the key that is wrong
   */
  static SortedMap<String, StorageTarget> read(Path file) {
    Settings settings = Settings.ofFile(KEYS, file);
    SortedMap<String, StorageTarget> targets = new TreeMap<>();
    for (String name : settings.names(FAMILY)) {
      targets.put(name, target(name, settings.group(FAMILY, name)));
    }
    if (targets.isEmpty()) {
      throw Failure.invalidArgument("no target is named; add target.<name>.endpoint = host:port");
    }
    return Collections.unmodifiableSortedMap(targets);
  }

  private static StorageTarget target(String name, Settings settings) {
    if (!StorageTarget.isName(name)) {
      throw Failure.invalidArgument(
          "target.%s: \"%s\" is no name for a target; use at most 63 of a-z, 0-9 and -"
              .formatted(name, name));
    }
    String endpoint = settings.optionalText("endpoint").orElse("");
    Matcher form = ENDPOINT.matcher(endpoint);
    if (!form.matches() || Integer.parseInt(form.group(1)) > HIGHEST_PORT) {
      throw Failure.invalidArgument(
          "target.%s.endpoint is \"%s\"; give host:port, an IPv6 address in brackets"
              .formatted(name, endpoint));
    }
    return new StorageTarget(name, endpoint, settings.optionalText("server-name").orElse(name));
  }
}
