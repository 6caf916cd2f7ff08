package io.mooring.e2e.kube;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.LabSettings;
import io.mooring.e2e.lab.LabShape;
import io.mooring.e2e.lab.tool.FreePorts;
import io.mooring.e2e.lab.tool.KeptProcess;
import io.mooring.e2e.lab.tool.Trees;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A container registry on this machine's loopback, as a site without a way out has one. */
final class Registry implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(1);
  private static final Poll LOOK = new Poll(Duration.ofMillis(100), Duration.ofMillis(500));

  private final int port = FreePorts.one();
  private final KeptProcess process;

  private Registry(Addons addons, Path folder) throws IOException {
    Trees.delete(folder);
    Files.createDirectories(folder);
    Path config =
        Files.writeString(
            folder.resolve("registry.yaml"),
            """
            version: 0.1
            storage: {filesystem: {rootdirectory: "%s"}}
            http: {addr: "127.0.0.1:%d"}
            """
                .formatted(folder.resolve("content"), port));
    process =
        KeptProcess.start(
            List.of(addons.word("registry"), "serve", config.toString()),
            folder.resolve("registry.log"));
  }

  /** Starts an empty one and waits until it answers. */
  static Registry start(Addons addons, LabSettings settings) {
    Path folder = settings.directory().resolve("registry");
    try {
      Registry registry = new Registry(addons, folder);
      if (!LOOK.until(Deadline.after(START_LIMIT), registry::answers)) {
        registry.close();
        throw Failure.deadlineExceeded("the registry did not come up; its log is in " + folder);
      }
      return registry;
    } catch (IOException e) {
      throw Failure.internal("the registry could not be started: " + e.getMessage(), e);
    }
  }

  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** For who pushes from this machine. */
  String address() {
    return "127.0.0.1:" + port;
  }

  /** For who pulls inside a VM; {@link #trustedBy} has to be told first. */
  String addressForNodes() {
    return LabShape.HOST_SEEN_BY_VMS + ":" + port;
  }

  /**
   * Tells the node's container runtime that this registry speaks plain HTTP. containerd 1.7 passes
   * over a file that names a server and no host.
   */
  void trustedBy(KubeNode node) {
    requireNonNull(node, "node is null")
        .vm()
        .shell()
        .check(
            """
            mkdir -p /etc/containerd/certs.d/%1$s
            cat > /etc/containerd/certs.d/%1$s/hosts.toml <<END
            server = "http://%1$s"
            [host."http://%1$s"]
            capabilities = ["pull", "resolve"]
            END
            """
                .formatted(addressForNodes()));
  }

  @Override
  public void close() {
    process.close();
  }
}
