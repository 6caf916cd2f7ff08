package io.mooring.e2e.lab.dist;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.tool.HostTool;
import io.mooring.e2e.lab.tool.Trees;
import io.mooring.runtime.time.Deadline;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * The classes of one process as they lie in memory, read and verified: the JVM maps them instead of
 * loading them one by one. Which ones is known from a run of the process ({@code
 * deploy/classes/<module>.lst.gz}, written by {@code make class-list}); all of them are loaded at
 * the start, so a list with more than a process uses would cost memory.
 */
final class ClassArchive {
  /** Part of the key in the cache: to be changed with the way archives are made. */
  private static final String FORM = "1";

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Path home;
  private final Path cache;
  private final HostTool tool;

  /**
   * Archives of a distribution.
   *
   * @param home of the distribution
   * @param cache the directory of all caches; archives lie below {@code classes}
   */
  ClassArchive(Path home, Path cache, HostTool tool) {
    this.home = requireNonNull(home, "home is null");
    this.cache = requireNonNull(cache, "cache is null");
    this.tool = requireNonNull(tool, "tool is null");
  }

  /** Writes {@code <module>/classes.jsa}: from the cache, else made now (about three seconds). */
  void make(String module) throws IOException {
    Path folder = cache.resolve("classes").resolve(module);
    Path cached = folder.resolve(key(module) + ".jsa");
    if (!Files.exists(cached)) {
      Trees.delete(folder); // of an older build
      Files.createDirectories(folder);
      Path fresh = Files.createTempFile(folder, "dump", ".jsa");
      dump(module, fresh);
      Files.move(fresh, cached, StandardCopyOption.ATOMIC_MOVE);
    }
    Trees.copyFile(cached, home.resolve(module).resolve("classes.jsa"));
  }

  private void dump(String module, Path archive) throws IOException {
    Path list = home.resolve(module).resolve("classes.lst");
    try (InputStream in = new GZIPInputStream(Files.newInputStream(packedList(module)))) {
      Files.copy(in, list);
    }
    String classPath =
        jars(module).stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    tool.run(
        List.of(
            home.resolve("jre/bin/java").toString(),
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "--enable-native-access=ALL-UNNAMED",
            "-Xshare:dump",
            "-Xlog:cds=error,aot=error",
            "-XX:+AOTClassLinking",
            "-XX:SharedClassListFile=" + list,
            "-XX:SharedArchiveFile=" + archive,
            "-cp",
            classPath),
        Deadline.after(LIMIT));
    Files.delete(list);
  }

  /** Of what the JVM compares before it uses an archive: names, sizes and times. */
  private String key(String module) throws IOException {
    StringBuilder parts = new StringBuilder(FORM);
    List<Path> files = new ArrayList<>(jars(module));
    files.add(home.resolve("jre/lib/modules"));
    for (Path file : files) {
      parts
          .append(file.getFileName())
          .append(Files.size(file))
          .append(Files.getLastModifiedTime(file).to(TimeUnit.SECONDS));
    }
    parts.append(Arrays.hashCode(Files.readAllBytes(packedList(module))));
    return UUID.nameUUIDFromBytes(parts.toString().getBytes(StandardCharsets.UTF_8)).toString();
  }

  private Path packedList(String module) {
    return home.resolve("deploy/classes").resolve(module + ".lst.gz");
  }

  /** In the order of the launchers, which the archive insists on. */
  private List<Path> jars(String module) throws IOException {
    try (Stream<Path> jars = Files.list(home.resolve(module).resolve("lib"))) {
      return jars.sorted().toList();
    }
  }
}
