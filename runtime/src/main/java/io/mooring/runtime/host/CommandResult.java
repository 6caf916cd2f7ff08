package io.mooring.runtime.host;

import io.mooring.runtime.failure.Failure;

/**
 * How a child process ended.
 *
 * @param exitCode 0..255; 128 + n for signal n
 * @param stdout at most 4 MiB, decoded as the command says
 * @param stderr at most 64 KiB, decoded as UTF-8
 */
public record CommandResult(int exitCode, String stdout, String stderr) {
  public boolean succeeded() {
    return exitCode == 0;
  }

  /** What the program said about its failure, on one line: standard error, else standard output. */
  public String complaint() {
    String said = stderr.isBlank() ? stdout : stderr;
    return said.strip().replaceAll("\\s+", " ");
  }

  /**
   * This result, or INTERNAL when the exit code is not 0.
   *
   * @param doing what was being done, completing "could not ..."
   */
  public CommandResult orFail(String doing) {
    if (succeeded()) {
      return this;
    }
    throw Failure.internal("could not " + doing + ": exit code " + exitCode + ": " + complaint());
  }
}
