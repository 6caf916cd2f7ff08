package io.mooring.controller.target;

import io.mooring.runtime.config.Option;
import io.mooring.runtime.config.Settings;
import io.mooring.runtime.failure.Failure;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads the form of the targets file, Java properties with these keys per storage target:
 *
 * <pre>
 * target.san-a.endpoint = san-a.example.net:9750
 * target.san-a.server-name = san-a
 * target.san-a.fabrics = default
 * </pre>
 *
 * The server name may be left out and is then the target's name; so may the fabrics, the storage
 * networks from which nodes reach the host, and are then {@code default}.
 */
final class TargetsFile {
  private static final String FAMILY = "target.*";
  private static final List<Option> KEYS =
      List.of(
          Option.of(FAMILY + ".endpoint", "host:port of the agent"),
          Option.of(FAMILY + ".server-name", "the name in the agent's certificate"),
          Option.of(FAMILY + ".fabrics", "comma-separated storage networks that reach it"));

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
    if (!StorageTarget.isEndpoint(endpoint)) {
      throw Failure.invalidArgument(
          "target.%s.endpoint is \"%s\"; give host:port, an IPv6 address in brackets"
              .formatted(name, endpoint));
    }
    StorageTarget target =
        new StorageTarget(name, endpoint, settings.optionalText("server-name").orElse(name));
    List<String> fabrics = fabrics(name, settings);
    return fabrics.isEmpty() ? target : target.sharing(new Share(Set.of(), List.of(), fabrics));
  }

  private static List<String> fabrics(String name, Settings settings) {
    List<String> fabrics = settings.list("fabrics");
    for (String fabric : fabrics) {
      if (!StorageTarget.isName(fabric)) {
        throw Failure.invalidArgument(
            "target.%s.fabrics: \"%s\" is no name for a fabric; use at most 63 of a-z, 0-9 and -"
                .formatted(name, fabric));
      }
    }
    return fabrics;
  }
}
