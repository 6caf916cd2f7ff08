package io.mooring.e2e.deployment;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.Lab;
import io.mooring.e2e.lab.tool.Progress;
import io.mooring.e2e.lab.tool.Together;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Puts Mooring on the hosts of a lab, step by step, as the README tells an administrator to. */
public final class Installation {
  private final Lab lab;
  private final Progress progress;
  private final Duration idleLogout;

  /**
   * @param idleLogout after which time a node leaves a target without volumes
   */
  public Installation(Lab lab, Progress progress, Duration idleLogout) {
    this.lab = requireNonNull(lab, "lab is null");
    this.progress = requireNonNull(progress, "progress is null");
    this.idleLogout = requireNonNull(idleLogout, "idleLogout is null");
  }

  /** Installs and starts everything, and waits until it is ready. */
  public Mooring run() {
    Path folder = temporaryFolder();
    Certificates certificates = Certificates.make(folder);
    AgentHost agent = new AgentHost(lab.storage());
    List<NodeHost> nodes =
        IntStream.rangeClosed(1, lab.workers()).mapToObj(n -> new NodeHost(lab.worker(n))).toList();

    progress.say("mooring: installing agent and node plugins");
    Controllers controllers = new Controllers(lab, folder, certificates);
    ControllerProcess controller = controllers.trusted();
    List<Runnable> hosts = new ArrayList<>();
    hosts.add(() -> {
      agent.install(certificates.agent());
      agent.start();
    });
    nodes.forEach(node ->
        hosts.add(() -> {
          node.linkTo(controller, certificates.controller());
          node.install(idleLogout);
          node.start();
        }));
    Together.run(hosts);
    nodes.forEach(NodeHost::awaitReady);
    Mooring mooring = new Mooring(lab, agent, controller, nodes, controllers);
    mooring.awaitAgent();
    progress.say("mooring: ready");
    return mooring;
  }

  /** Short, because Unix socket paths are limited to 107 bytes. */
  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("mooring");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
