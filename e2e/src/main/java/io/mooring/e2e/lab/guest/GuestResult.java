package io.mooring.e2e.lab.guest;

/**
 * How a script in a VM ended.
 *
 * @param exitCode 128 + n for signal n
 */
public record GuestResult(int exitCode, String stdout, String stderr) {
  public boolean succeeded() {
    return exitCode == 0;
  }

  /** Standard output without the last line break; what most callers compare. */
  public String text() {
    return stdout.stripTrailing();
  }
}
