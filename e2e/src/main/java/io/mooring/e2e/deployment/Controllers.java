package io.mooring.e2e.deployment;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.Lab;
import io.mooring.e2e.lab.guest.SocketForward;
import io.mooring.e2e.lab.tool.Trees;
import io.mooring.runtime.rpc.TlsFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Controllers of this machine that know the lab's agent. */
final class Controllers implements AutoCloseable {
  private final Lab lab;
  private final Path folder;
  private final Certificates certificates;
  private final SocketForward toAgent;

  /**
   * @param folder deleted with these controllers; short, because Unix socket paths are limited to
   *     107 bytes
   */
  Controllers(Lab lab, Path folder, Certificates certificates) {
    this.lab = requireNonNull(lab, "lab is null");
    this.folder = requireNonNull(folder, "folder is null");
    this.certificates = requireNonNull(certificates, "certificates is null");
    this.toAgent = lab.storage().shell().forwardTcp("127.0.0.1", AgentHost.PORT);
  }

  ControllerProcess trusted() {
    return start("controller", certificates.controller());
  }

  ControllerProcess stranger() {
    return start("stranger", certificates.stranger());
  }

  private ControllerProcess start(String name, TlsFiles tls) {
    try {
      ControllerProcess controller =
          new ControllerProcess(
              lab.settings().distribution(),
              Files.createDirectories(folder.resolve(name)),
              tls,
              lab.settings().directory().resolve(name + ".log"));
      controller.target(AgentHost.TARGET, "127.0.0.1:" + toAgent.address().getPort());
      controller.start();
      return controller;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    toAgent.close();
    try {
      Trees.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
