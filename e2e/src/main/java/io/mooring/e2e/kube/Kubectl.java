package io.mooring.e2e.kube;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What a person uses: kubectl, and helm in the same way. Calls may overlap. */
public final class Kubectl {
  /** What waits has a --timeout of its own, which must come first. */
  private static final Duration LIMIT = Duration.ofMinutes(16);

  private final Path program;
  private final Path kubeconfig;

  /** A program that takes {@code --kubeconfig}. */
  Kubectl(Path program, Path kubeconfig) {
    this.program = requireNonNull(program, "program is null");
    this.kubeconfig = requireNonNull(kubeconfig, "kubeconfig is null");
  }

  /** What a call ended with. */
  public record Result(int exitCode, String stdout, String stderr) {
    public boolean succeeded() {
      return exitCode == 0;
    }
  }

  /** For a kubectl of one's own. */
  public Path kubeconfig() {
    return kubeconfig;
  }

  /** Runs it; any exit code is a result. */
  public Result run(List<String> words, String input) {
    // First: behind a `--` it would belong to somebody else.
    List<String> command =
        new ArrayList<>(List.of(program.toString(), "--kubeconfig=" + kubeconfig));
    command.addAll(words);
    try {
      Process process = new ProcessBuilder(command).start();
      CompletableFuture<String> stdout = text(process, true);
      CompletableFuture<String> stderr = text(process, false);
      try (OutputStream to = process.getOutputStream()) {
        to.write(input.getBytes(StandardCharsets.UTF_8));
      }
      if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw Failure.deadlineExceeded(
            "%s %s did not end within %d s"
                .formatted(program.getFileName(), String.join(" ", words), LIMIT.toSeconds()));
      }
      return new Result(process.exitValue(), stdout.join(), stderr.join());
    } catch (IOException e) {
      throw Failure.internal(program + " could not be run: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.unavailable("interrupted during " + String.join(" ", words));
    }
  }

  /**
   * Not on virtual threads: the read of a pipe keeps its carrier, and with two processors two of
   * them keep everything that relays between the VMs until the program ends.
   */
  private static CompletableFuture<String> text(Process process, boolean output) {
    CompletableFuture<String> text = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            byte[] bytes =
                (output ? process.getInputStream() : process.getErrorStream()).readAllBytes();
            text.complete(new String(bytes, StandardCharsets.UTF_8));
          } catch (IOException e) {
            text.completeExceptionally(e);
          }
        });
    return text;
  }

  /**
   * Runs it and returns what it printed.
   *
   * @throws Failure INTERNAL with its complaint when it fails
   */
  public String check(String... words) {
    return checkWithInput("", words);
  }

  private String checkWithInput(String input, String... words) {
    Result result = run(List.of(words), input);
    if (!result.succeeded()) {
      throw Failure.internal(
          "%s %s: %s"
              .formatted(program.getFileName(), String.join(" ", words), result.stderr().strip()));
    }
    return result.stdout().strip();
  }

  /** Applies manifests. */
  public void apply(String yaml) {
    checkWithInput(yaml, "apply", "-f", "-");
  }

  /** Reads one object. */
  public JsonObject json(String... words) {
    List<String> all = new ArrayList<>(List.of("get"));
    all.addAll(List.of(words));
    all.add("--output=json");
    return JsonParser.parseString(check(all.toArray(String[]::new))).getAsJsonObject();
  }
}
