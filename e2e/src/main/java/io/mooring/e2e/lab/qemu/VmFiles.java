package io.mooring.e2e.lab.qemu;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * A VM's files on this machine.
 *
 * @param console what the VM wrote on its serial console
 * @param qemuLog what QEMU itself complained about
 * @param qmp control socket; its name is short
 * @param token holds the word that opens the shell port
 */
public record VmFiles(Path console, Path qemuLog, Path qmp, Path token) {
  public VmFiles {
    requireNonNull(console, "console is null");
    requireNonNull(qemuLog, "qemuLog is null");
    requireNonNull(qmp, "qmp is null");
    requireNonNull(token, "token is null");
  }
}
