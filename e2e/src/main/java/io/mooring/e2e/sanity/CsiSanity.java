package io.mooring.e2e.sanity;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.tool.Progress;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;

/** The csi-sanity program, built once from the Go modules that {@code e2e/sanity/go.mod} pins. */
final class CsiSanity {
  private static final String PACKAGE = "github.com/kubernetes-csi/csi-test/v5/cmd/csi-sanity";

  private final Path module;
  private final Path cache;
  private final Path log;

  /**
   * @param module the folder with go.mod and go.sum
   * @param cache where the program is kept, by a hash of both files
   * @param log what go says
   */
  CsiSanity(Path module, Path cache, Path log) {
    this.module = requireNonNull(module, "module is null");
    this.cache = requireNonNull(cache, "cache is null");
    this.log = requireNonNull(log, "log is null");
  }

  /** The program; built when it is not in the cache. */
  Path obtain(Progress progress) {
    try {
      Path program = cache.resolve("csi-sanity").resolve(key());
      if (Files.isExecutable(program)) {
        return program;
      }
      progress.say("csi-sanity: building it with Go, about a minute; its log is " + log);
      Files.createDirectories(requireNonNull(program.getParent()));
      Files.createDirectories(requireNonNull(log.getParent()));
      Path fresh = Path.of(program + ".new");
      go(List.of("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", fresh.toString(), PACKAGE));
      Files.move(fresh, program, StandardCopyOption.ATOMIC_MOVE);
      return program;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String key() throws IOException {
    String pins =
        Files.readString(module.resolve("go.mod")) + Files.readString(module.resolve("go.sum"));
    return UUID.nameUUIDFromBytes(pins.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private void go(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(new File(module.toString()));
    builder.environment().put("CGO_ENABLED", "0");
    builder.environment().put("GOFLAGS", "-mod=readonly");
    Process process;
    try {
      process = builder.redirectErrorStream(true).redirectOutput(Redirect.to(log.toFile())).start();
    } catch (IOException e) {
      throw new IllegalStateException(
          "csi-sanity needs Go 1.26 on the PATH; install it and try again", e);
    }
    try {
      if (process.waitFor() != 0) {
        throw new IllegalStateException("go build failed; see " + log);
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while building csi-sanity", e);
    }
  }
}
