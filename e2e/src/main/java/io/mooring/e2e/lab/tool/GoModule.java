package io.mooring.e2e.lab.tool;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Programs built from a folder with a go.mod that pins their versions: static, once per version,
 * kept in the cache under a hash of the folder.
 */
public final class GoModule {
  private final Path module;
  private final CacheFolder cached;
  private final Path cache;
  private final Path log;

  /**
   * The module in a folder.
   *
   * @param module the folder with go.mod and go.sum
   * @param cache the directory of all caches; programs lie below {@code go}
   * @param log what go says
   */
  public GoModule(Path module, Path cache, Path log) {
    this.module = requireNonNull(module, "module is null");
    this.cache = cache.resolve("go");
    this.cached = new CacheFolder(this.cache);
    this.log = requireNonNull(log, "log is null");
  }

  /**
   * The programs by name; what is not in the cache is built.
   *
   * @throws Failure FAILED_PRECONDITION without Go; INTERNAL when it cannot build
   */
  public Map<String, Path> obtain(List<GoProgram> programs, Progress progress) {
    try {
      String key = key();
      Path home = Files.createDirectories(cache.resolve(key));
      if (!cached.has(key)) {
        throw new IOException(home + " was removed while it was used");
      }
      List<GoProgram> missing = new ArrayList<>();
      Map<String, Path> found = new LinkedHashMap<>();
      for (GoProgram program : programs) {
        Path file = home.resolve(program.name());
        found.put(program.name(), file);
        if (!Files.isExecutable(file)) {
          missing.add(program);
        }
      }
      build(missing, home, progress);
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A folder of one of the modules that this one depends on, copied into the cache.
   *
   * @param dependency the module's path
   * @param folder inside it
   * @throws Failure FAILED_PRECONDITION without Go; INTERNAL when it cannot be had
   */
  public Path folder(String dependency, String folder) {
    try {
      Path copy = cache.resolve(key()).resolve("folders").resolve(folder);
      if (!Files.exists(copy)) {
        go(List.of("go", "mod", "download", dependency), Redirect.appendTo(log.toFile()));
        Path said = Files.createTempFile("go", ".txt");
        go(List.of("go", "list", "-m", "-f", "{{.Dir}}", dependency), Redirect.to(said.toFile()));
        Path original = Path.of(Files.readString(said).strip()).resolve(folder);
        Files.delete(said);
        keep(original, copy);
      }
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Copies in one step, so that what is there is whole. */
  private static void keep(Path original, Path copy) throws IOException {
    Path parent = Files.createDirectories(requireNonNull(copy.getParent()));
    Path temporary = Files.createTempDirectory(parent, "copying");
    try {
      Path fresh = temporary.resolve("fresh");
      Trees.copy(original, fresh);
      if (!Files.exists(copy)) {
        Files.move(fresh, copy, StandardCopyOption.ATOMIC_MOVE);
      }
    } finally {
      Trees.delete(temporary);
    }
  }

  private void build(List<GoProgram> missing, Path home, Progress progress) throws IOException {
    Files.createDirectories(requireNonNull(log.toAbsolutePath().getParent()));
    for (int i = 0; i < missing.size(); i++) {
      GoProgram program = missing.get(i);
      progress.say(
          "go: building %s (%d of %d), once per version; its log is %s"
              .formatted(program.name(), i + 1, missing.size(), log));
      Path fresh = home.resolve(program.name() + ".new");
      go(program, fresh);
      Files.move(fresh, home.resolve(program.name()), StandardCopyOption.ATOMIC_MOVE);
    }
    if (!missing.isEmpty()) {
      cached.sweep();
    }
  }

  private void go(GoProgram program, Path output) {
    go(
        List.of(
            "go",
            "build",
            "-trimpath",
            "-ldflags",
            program.linkerFlags(),
            "-o",
            output.toString(),
            program.packagePath()),
        Redirect.appendTo(log.toFile()));
  }

  private void go(List<String> command, Redirect output) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(module.toFile());
    builder.environment().put("CGO_ENABLED", "0");
    builder.environment().put("GOFLAGS", "-mod=readonly");
    Process process;
    try {
      process =
          builder.redirectError(Redirect.appendTo(log.toFile())).redirectOutput(output).start();
    } catch (IOException e) {
      throw Failure.failedPrecondition(
          "Go is not on the PATH (%s); install Go 1.26 or newer".formatted(e.getMessage()));
    }
    try {
      if (process.waitFor() != 0) {
        throw Failure.internal(
            "%s failed; what it says is in %s".formatted(String.join(" ", command), log));
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw Failure.unavailable("interrupted during " + String.join(" ", command));
    }
  }

  /** Of all that decides what is built. */
  private String key() throws IOException {
    StringBuilder content = new StringBuilder();
    try (Stream<Path> files = Files.walk(module)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        content.append(module.relativize(file)).append(Files.readString(file));
      }
    }
    return UUID.nameUUIDFromBytes(content.toString().getBytes(StandardCharsets.UTF_8)).toString();
  }
}
