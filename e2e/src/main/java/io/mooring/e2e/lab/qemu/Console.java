package io.mooring.e2e.lab.qemu;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The serial console of a VM, which QEMU writes into a file; survives all starts of the VM. */
final class Console {
  private static final Pattern READY = Pattern.compile("lab-ready ([0-9a-f-]{36})");
  private static final Pattern FAILED = Pattern.compile("lab-failed[^\n\r]*");

  private final Path log;

  Console(Path log) {
    this.log = requireNonNull(log, "log is null");
  }

  Path log() {
    return log;
  }

  /** How much has been written; what comes later belongs to the next start. */
  long position() {
    return Files.exists(log) ? bytes().length : 0;
  }

  /**
   * The boot id that the VM announced when it was ready.
   *
   * @param position only what was written after it counts
   * @throws Failure INTERNAL when the VM announced that its start failed
   */
  Optional<String> readySince(long position) {
    String text = since(position);
    Matcher failed = FAILED.matcher(text);
    if (failed.find()) {
      throw Failure.internal("a VM did not start well (%s); see %s".formatted(failed.group(), log));
    }
    Matcher ready = READY.matcher(text);
    return ready.find() ? Optional.of(ready.group(1)) : Optional.empty();
  }

  private String since(long position) {
    byte[] bytes = Files.exists(log) ? bytes() : new byte[0];
    int from = (int) Math.min(position, bytes.length);
    return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
  }

  private byte[] bytes() {
    try {
      return Files.readAllBytes(log);
    } catch (IOException e) {
      throw Failure.internal("could not read the console " + log + ": " + e.getMessage(), e);
    }
  }
}
