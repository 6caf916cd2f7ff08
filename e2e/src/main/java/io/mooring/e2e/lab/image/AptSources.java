package io.mooring.e2e.lab.image;

import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The Debian mirror that this machine itself installs from, so that no mirror is written down in
 * the project. Reads both formats of sources.list(5): one line per source, and deb822 stanzas.
 */
public final class AptSources {
  private AptSources() {}

  /**
   * The first mirror of Debian's main archive in the configuration.
   *
   * @param apt apt's configuration directory, {@code /etc/apt}
   * @return empty on a machine that installs something else; mmdebstrap then takes its own default
   */
  public static Optional<String> debianMirror(Path apt) {
    List<Source> sources = new ArrayList<>();
    for (Path file : configurationFiles(apt)) {
      String text = read(file);
      sources.addAll(file.toString().endsWith(".sources") ? stanzas(text) : lines(text));
    }
    return sources.stream().filter(Source::isDebianArchive).map(Source::uri).findFirst();
  }

  /**
   * One place to install from.
   *
   * @param uri the archive's root
   * @param suite a code name, or a path that ends with a slash
   * @param components for example {@code main}
   */
  record Source(String uri, String suite, List<String> components) {
    Source {
      components = List.copyOf(components);
    }

    /** Debian's archive proper: not security, whose layout is the same under another path. */
    boolean isDebianArchive() {
      String path = uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
      return uri.matches("https?://.*")
          && path.endsWith("/debian")
          && suite.matches("[a-z]+(-updates|-backports)?")
          && components.contains("main");
    }
  }

  /** Sources in the one-line format: {@code deb [options] uri suite component...}. */
  static List<Source> lines(String text) {
    List<Source> sources = new ArrayList<>();
    for (String line : text.lines().map(AptSources::withoutComment).toList()) {
      String plain = line.replaceAll("\\[[^]]*]", " ").strip();
      List<String> words = List.of(plain.split("\\s+", -1));
      if (words.size() >= 4 && words.getFirst().equals("deb")) {
        sources.add(new Source(words.get(1), words.get(2), words.subList(3, words.size())));
      }
    }
    return sources;
  }

  /** Sources in the deb822 format: stanzas of fields, separated by empty lines. */
  static List<Source> stanzas(String text) {
    List<Source> sources = new ArrayList<>();
    for (String stanza : text.split("\n\\s*\n", -1)) {
      Map<String, String> fields = fields(stanza);
      boolean disabled = fields.getOrDefault("enabled", "yes").matches("(?i)no|false|off|0");
      if (disabled || !words(fields.get("types")).contains("deb")) {
        continue;
      }
      for (String uri : words(fields.get("uris"))) {
        for (String suite : words(fields.get("suites"))) {
          sources.add(new Source(uri, suite, words(fields.get("components"))));
        }
      }
    }
    return sources;
  }

  private static Map<String, String> fields(String stanza) {
    Map<String, String> fields = new HashMap<>();
    String name = "";
    for (String line : stanza.lines().toList()) {
      if (line.startsWith("#") || line.isBlank()) {
        continue;
      }
      if (Character.isWhitespace(line.charAt(0))) {
        fields.merge(name, " " + line.strip(), String::concat);
        continue;
      }
      int colon = line.indexOf(':');
      if (colon > 0) {
        name = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
        fields.put(name, line.substring(colon + 1).strip());
      }
    }
    return fields;
  }

  private static List<String> words(@Nullable String value) {
    return value == null || value.isBlank() ? List.of() : List.of(value.strip().split("\\s+", -1));
  }

  private static String withoutComment(String line) {
    int hash = line.indexOf('#');
    return hash < 0 ? line : line.substring(0, hash);
  }

  private static List<Path> configurationFiles(Path apt) {
    List<Path> files = new ArrayList<>();
    Path single = apt.resolve("sources.list");
    if (Files.isReadable(single)) {
      files.add(single);
    }
    Path directory = apt.resolve("sources.list.d");
    if (Files.isDirectory(directory)) {
      try (Stream<Path> entries = Files.list(directory)) {
        entries.filter(AptSources::isSourceFile).sorted().forEach(files::add);
      } catch (IOException e) {
        throw Failure.internal("could not list " + directory + ": " + e.getMessage(), e);
      }
    }
    return files;
  }

  private static boolean isSourceFile(Path file) {
    String name = file.toString();
    return name.endsWith(".list") || name.endsWith(".sources");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw Failure.internal("could not read " + file + ": " + e.getMessage(), e);
    }
  }
}
