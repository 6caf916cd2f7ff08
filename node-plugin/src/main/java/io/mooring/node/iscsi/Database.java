package io.mooring.node.iscsi;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads open-iscsi's database; it is written by iscsiadm, apart from secrets. Interface records are
 * files {@code ifaces/NAME}, node records {@code nodes/IQN/ADDRESS,PORT,TPGT/IFACE}, both of lines
 * {@code name = value}.
 */
final class Database {
  private static final Pattern NODE = Pattern.compile("([0-9a-fA-F.:]+),(\\d{1,5}),(\\d{1,5})");

  /** iscsiadm ends each record with it (usr/idbm.c). */
  static final String LAST_LINE = "# END RECORD";

  private final List<Path> roots;

  /**
   * @param roots where distributions keep it: {@code /etc/iscsi}, {@code /var/lib/iscsi}
   */
  Database(List<Path> roots) {
    this.roots = List.copyOf(roots);
  }

  /** The settings of an interface record; empty when there is none. */
  Optional<Map<String, String>> iface(String name) {
    return ifaceFiles(name).flatMap(file -> read(file).stream()).findFirst().map(Database::parse);
  }

  /** The settings of a node record of that interface; empty when there is none. */
  Optional<Map<String, String>> node(TargetPortal target, String iface) {
    return nodeFiles(target, iface)
        .flatMap(file -> read(file).stream())
        .findFirst()
        .map(Database::parse);
  }

  /** Where a node record is, if there is one. */
  Optional<Place> place(TargetPortal target, String iface) {
    return roots.stream()
        .flatMap(root -> nodeFiles(root, target, iface).map(file -> new Place(root, file)))
        .filter(place -> Files.exists(place.record()))
        .findFirst();
  }

  /** A record and the directory of the database that it is in. */
  record Place(Path database, Path record) {}

  /** The file of an interface record whose writer was killed: iscsiadm refuses to touch it. */
  Optional<Path> cutShortIface(String name) {
    return ifaceFiles(name).filter(Database::isCutShort).findFirst();
  }

  /** The same of a node record. */
  Optional<Path> cutShortNode(TargetPortal target, String iface) {
    return nodeFiles(target, iface).filter(Database::isCutShort).findFirst();
  }

  private Stream<Path> ifaceFiles(String name) {
    return roots.stream().map(root -> root.resolve("ifaces").resolve(name));
  }

  private Stream<Path> nodeFiles(TargetPortal target, String iface) {
    return roots.stream().flatMap(root -> nodeFiles(root, target, iface));
  }

  private static Stream<Path> nodeFiles(Path root, TargetPortal target, String iface) {
    return children(root.resolve("nodes").resolve(target.iqn())).stream()
        .filter(child -> portal(child, target.iqn()).filter(target::equals).isPresent())
        .map(child -> child.resolve(iface));
  }

  private static boolean isCutShort(Path file) {
    return read(file).filter(text -> !text.contains(LAST_LINE)).isPresent();
  }

  /** The portals with a node record of that interface. */
  List<TargetPortal> nodes(String iface) {
    List<TargetPortal> found = new ArrayList<>();
    for (Path root : roots) {
      for (Path target : children(root.resolve("nodes"))) {
        for (Path node : children(target)) {
          if (Files.exists(node.resolve(iface))) {
            portal(node, name(target)).ifPresent(found::add);
          }
        }
      }
    }
    return List.copyOf(found);
  }

  private static Optional<TargetPortal> portal(Path node, String iqn) {
    Matcher matcher = NODE.matcher(name(node));
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Portal portal = Portal.of(matcher.group(1), Integer.parseInt(matcher.group(2)));
    return Optional.of(new TargetPortal(iqn, Integer.parseInt(matcher.group(3)), portal));
  }

  private static String name(Path path) {
    return requireNonNull(path.getFileName(), "path has no name").toString();
  }

  private static List<Path> children(Path directory) {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      entries.forEach(children::add);
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (IOException e) {
      throw unreadable(directory, e);
    }
    return children;
  }

  private static Optional<String> read(Path record) {
    try {
      return Optional.of(Files.readString(record));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw unreadable(record, e);
    }
  }

  private static Failure unreadable(Path path, IOException e) {
    return Failure.internal(
        "could not read " + path + " of open-iscsi's database; look at its file system", e);
  }

  static Map<String, String> parse(String text) {
    Map<String, String> settings = new HashMap<>();
    for (String line : text.lines().toList()) {
      int equals = line.indexOf(" = ");
      if (equals > 0 && !line.startsWith("#")) {
        settings.put(line.substring(0, equals).strip(), line.substring(equals + 3).strip());
      }
    }
    return Map.copyOf(settings);
  }
}
