package io.mooring.node;

import static java.util.Objects.requireNonNull;

import io.mooring.node.volume.Flows;
import io.mooring.runtime.config.Option;
import io.mooring.runtime.config.Settings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What an administrator can set.
 *
 * @param endpoint the Unix socket that CSI is served on
 * @param nodeName empty for the host's name
 * @param stateDirectory what must survive a restart
 * @param metricsListen where metrics are served, if anywhere
 * @param flows what concerns volumes
 */
public record NodeConfig(
    Path endpoint,
    Optional<String> nodeName,
    Path stateDirectory,
    Optional<InetSocketAddress> metricsListen,
    Flows.Options flows) {

  /** One line per option of {@code mooring-node.conf}. */
  public static final List<Option> OPTIONS =
      List.of(
          Option.of("endpoint", "/run/mooring/csi.sock", "Unix socket on which CSI is served."),
          Option.of(
              "node-name",
              "",
              "This node's name, in Kubernetes that of the Node object; empty: the host name."),
          Option.of(
              "state-directory",
              "/var/lib/mooring-node",
              "Where the node's identity and the staged volumes are kept. The identity must"
                  + " outlive the host's reboots, else its LUNs stay mapped to nobody."),
          Option.of(
              "metrics-listen", "", "Address for `/metrics`, `/healthz`, `/readyz`; empty: none."),
          Option.of(
              "minimum-paths",
              "1",
              "How many paths a volume needs before it may be used; the rest joins later."),
          Option.of("late-join-interval", "5s", "How often paths that are missing are looked for."),
          Option.of(
              "idle-logout",
              "10m",
              "How long a storage target is unneeded before its sessions end."));

  private static final Duration SHORTEST = Duration.ofMillis(100);

  public NodeConfig {
    requireNonNull(endpoint, "endpoint is null");
    requireNonNull(nodeName, "nodeName is null");
    requireNonNull(stateDirectory, "stateDirectory is null");
    requireNonNull(metricsListen, "metricsListen is null");
    requireNonNull(flows, "flows is null");
  }

  /** Reads the settings. */
  public static NodeConfig of(Settings settings) {
    return new NodeConfig(
        settings.path("endpoint"),
        settings.optionalText("node-name"),
        settings.path("state-directory"),
        settings.optionalAddress("metrics-listen"),
        new Flows.Options(
            (int) settings.number("minimum-paths", 1, 64),
            atLeast(SHORTEST, settings.duration("late-join-interval")),
            settings.duration("idle-logout")));
  }

  private static Duration atLeast(Duration shortest, Duration given) {
    return given.compareTo(shortest) < 0 ? shortest : given;
  }
}
