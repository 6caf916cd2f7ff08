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
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
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
  private static final String FORM = "2";

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

  /**
   * Of names and contents. The JVM compares sizes and times before it uses an archive, and the
   * times are all the same: it would take an archive of other classes with jars of the same sizes.
   */
  private String key(String module) throws IOException {
    MessageDigest digest = sha256();
    digest.update(FORM.getBytes(StandardCharsets.UTF_8));
    List<Path> files = new ArrayList<>(jars(module));
    files.add(home.resolve("jre/release"));
    files.add(packedList(module));
    for (Path file : files) {
      String header = "\n" + file.getFileName() + Files.size(file) + ":";
      digest.update(header.getBytes(StandardCharsets.UTF_8));
      digest.update(Files.readAllBytes(file));
    }
    long modules = Files.size(home.resolve("jre/lib/modules"));
    digest.update(Long.toString(modules).getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest.digest()).substring(0, 32);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
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
