package io.mooring.e2e.lab.dist;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.tool.HostTool;
import io.mooring.e2e.lab.tool.Progress;
import io.mooring.e2e.lab.tool.Trees;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * A Java runtime with just the modules that Mooring needs, linked from the JDK that runs the lab.
 */
final class JavaRuntime {
  /** Part of the key in the cache: to be changed with the way the runtime is made. */
  private static final String FORM = "3";

  private static final Duration LIMIT = Duration.ofMinutes(3);

  /** java.xml: logging and gRPC ask for it; jdk.unsupported: Netty; jdk.httpserver: metrics. */
  private static final List<String> MODULES =
      List.of(
          "java.base",
          "java.logging",
          "java.management",
          "java.naming",
          "java.net.http",
          "java.xml",
          "jdk.crypto.ec",
          "jdk.httpserver",
          "jdk.management",
          "jdk.unsupported");

  private final Path jdk;
  private final Path cache;
  private final HostTool tool;
  private final Progress progress;

  /**
   * Runtimes linked from a JDK.
   *
   * @param cache the directory of all caches; runtimes lie below {@code jre}
   */
  JavaRuntime(Path jdk, Path cache, HostTool tool, Progress progress) {
    this.jdk = requireNonNull(jdk, "jdk is null");
    this.cache = requireNonNull(cache, "cache is null");
    this.tool = requireNonNull(tool, "tool is null");
    this.progress = requireNonNull(progress, "progress is null");
  }

  /** The runtime's home: from the cache, else linked now (about half a minute). */
  Path obtain() throws IOException {
    Path home = cache.resolve("jre").resolve(key());
    if (Files.isDirectory(home)) {
      return home;
    }
    progress.say("java: linking a runtime for the VMs, once for this JDK");
    Path parent = Files.createDirectories(requireNonNull(home.getParent()));
    Path temporary = Files.createTempDirectory(parent, "linking");
    try {
      Path linked = temporary.resolve("jre");
      tool.run(jlink(linked), Deadline.after(LIMIT));
      if (!Files.isDirectory(home)) {
        Files.move(linked, home, StandardCopyOption.ATOMIC_MOVE);
      }
    } finally {
      Trees.delete(temporary);
    }
    return home;
  }

  private List<String> jlink(Path output) {
    return List.of(
        jdk.resolve("bin/jlink").toString(),
        "--add-modules",
        String.join(",", MODULES),
        "--no-header-files",
        "--no-man-pages",
        "--output",
        output.toString());
  }

  /** Changes with the JDK's build, the modules and the form of the runtime. */
  private String key() throws IOException {
    Path release = jdk.resolve("release");
    if (!Files.isReadable(release)) {
      throw Failure.failedPrecondition(jdk + " is no JDK (it has no file release); set JAVA_HOME");
    }
    String content = Files.readString(release) + String.join(",", MODULES) + FORM;
    return UUID.nameUUIDFromBytes(content.getBytes(StandardCharsets.UTF_8)).toString();
  }
}
