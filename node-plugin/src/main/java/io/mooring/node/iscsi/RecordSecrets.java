package io.mooring.node.iscsi;

import io.mooring.runtime.chap.Chap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The lines of a node record that say how to log in. iscsiadm takes them as arguments alone, which
 * every user of the host can read, so they are written past it.
 */
final class RecordSecrets {
  private static final String PREFIX = "node.session.auth.";
  private static final String METHOD = PREFIX + "authmethod";
  private static final List<String> NAMES =
      Stream.of("authmethod", "username", "password", "username_in", "password_in")
          .map(PREFIX::concat)
          .toList();

  private RecordSecrets() {}

  private static Map<String, String> lines(Optional<Chap> chap) {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put(METHOD, chap.isPresent() ? "CHAP" : "None");
    chap.ifPresent(secrets -> {
      lines.put(PREFIX + "username", secrets.user());
      lines.put(PREFIX + "password", secrets.password());
      if (secrets.mutual()) {
        lines.put(PREFIX + "username_in", secrets.mutualUser());
        lines.put(PREFIX + "password_in", secrets.mutualPassword());
      }
    });
    return lines;
  }

  /** Whether a record with these settings logs in so. */
  static boolean are(Map<String, String> settings, Optional<Chap> chap) {
    Map<String, String> present =
        settings.entrySet().stream()
            .filter(setting -> NAMES.contains(setting.getKey()))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    present.putIfAbsent(METHOD, "None");
    return present.equals(lines(chap));
  }

  /** The text of a whole record, changed so that it logs in so. */
  static String in(String record, Optional<Chap> chap) {
    StringBuilder changed = new StringBuilder();
    for (String line : record.lines().toList()) {
      if (line.startsWith(Database.LAST_LINE)) {
        lines(chap).forEach((name, value) -> changed.append(name + " = " + value + "\n"));
      }
      if (NAMES.stream().noneMatch(name -> line.startsWith(name + " "))) {
        changed.append(line).append('\n');
      }
    }
    return changed.toString();
  }
}
