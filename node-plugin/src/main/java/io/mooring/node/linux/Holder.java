package io.mooring.node.linux;

import static java.util.Objects.requireNonNull;

/**
 * Somebody who keeps a device in use.
 *
 * @param pid the process, or 0 for the kernel (another device on top)
 * @param name the process's name, or the device on top
 * @param how for example {@code has it open} or {@code has it mounted at /mnt}
 */
public record Holder(long pid, String name, String how) {
  public Holder {
    requireNonNull(name, "name is null");
    requireNonNull(how, "how is null");
  }

  /** For a sentence: {@code blkid (pid 4711) has it open}. */
  @Override
  public String toString() {
    return pid == 0 ? name + " " + how : name + " (pid " + pid + ") " + how;
  }
}
