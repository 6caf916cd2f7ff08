package io.mooring.node;

import static java.util.Objects.requireNonNull;

import io.mooring.node.guard.PathGuard;
import io.mooring.node.guard.Thresholds;
import io.mooring.node.link.LinkConfig;
import io.mooring.node.volume.Flows;
import io.mooring.runtime.config.Option;
import io.mooring.runtime.config.Settings;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.HostNamespace;
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
 * @param fabric the storage network that this node is in
 * @param hostNamespace where the host's programs are run
 * @param chapFile the node's secrets, if it has any there; read again when it changes
 * @param registration how a kubelet finds this plugin, if one is to
 * @param link the controller that this plugin links to, if any
 * @param flows what concerns volumes
 * @param guard what concerns dead paths
 */
public record NodeConfig(
    Path endpoint,
    Optional<String> nodeName,
    Path stateDirectory,
    Optional<InetSocketAddress> metricsListen,
    String fabric,
    HostNamespace hostNamespace,
    Optional<Path> chapFile,
    Optional<Registration> registration,
    Optional<LinkConfig> link,
    Flows.Options flows,
    PathGuard.Options guard) {

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
              "fabric",
              "default",
              "The storage network that this node is in, for"
                  + " `topology.mooring.io/fabric`: storage targets serve one or several."),
          HostNamespace.OPTION,
          Option.of(
              "chap-file",
              "",
              "JSON file of mode 0600 with this node's CHAP secrets (see features/chap.md); read"
                  + " again when it changes; empty: none."),
          Option.of(
              "registration-socket",
              "",
              "Unix socket by which a kubelet finds this plugin, such as"
                  + " `/var/lib/kubelet/plugins_registry/csi.mooring.io-reg.sock`; empty: none."),
          Option.of(
              "registration-endpoint",
              "",
              "The path of `endpoint` as the kubelet sees it; empty: the same."),
          Option.of(
              "link.address",
              "",
              "`host:port` of the controller's `link.listen`, one name for all replicas; empty: this"
                  + " node does not link."),
          Option.of(
              "link.token-file",
              "/etc/mooring/link/token",
              "File with the token that speaks for this node; read at each call."),
          Option.of(
              "link.authority",
              "/etc/mooring/link/ca.crt",
              "PEM file with the authority of the controller's certificate."),
          Option.of(
              "link.server-name",
              "mooring-controller",
              "DNS name that the controller's certificate must have."),
          Option.of(
              "minimum-paths",
              "1",
              "How many paths a volume needs before it may be used; the rest joins later."),
          Option.of("late-join-interval", "5s", "How often paths that are missing are looked for."),
          Option.of(
              "idle-logout",
              "10m",
              "How long a storage target is unneeded before its sessions end."),
          Option.of(
              "path-guard",
              "true",
              "Whether dead paths are given up at once where every volume on them has another"
                  + " one; `false` leaves them to the kernel's timers."),
          Option.of(
              "path-guard-silence",
              "600ms",
              "How long a portal may leave data unacknowledged, at least one of them sent again,"
                  + " before the path is dead; at least 200ms."),
          Option.of(
              "path-guard-carrier-hold",
              "100ms",
              "How long a link may be without carrier before its paths are dead."));

  /** What Kubernetes takes as the value of a label. */
  private static final String LABEL_VALUE = "[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?";

  /**
   * How a kubelet finds the plugin.
   *
   * @param socket in the kubelet's registration directory
   * @param endpoint CSI's socket as the kubelet sees it
   */
  public record Registration(Path socket, Path endpoint) {
    public Registration {
      requireNonNull(socket, "socket is null");
      requireNonNull(endpoint, "endpoint is null");
    }
  }

  private static final Duration SHORTEST = Duration.ofMillis(100);

  /** Below this a path would be given up for a single packet that was lost. */
  private static final Duration SHORTEST_SILENCE = Duration.ofMillis(200);

  public NodeConfig {
    requireNonNull(endpoint, "endpoint is null");
    requireNonNull(nodeName, "nodeName is null");
    requireNonNull(stateDirectory, "stateDirectory is null");
    requireNonNull(metricsListen, "metricsListen is null");
    requireNonNull(fabric, "fabric is null");
    requireNonNull(hostNamespace, "hostNamespace is null");
    requireNonNull(chapFile, "chapFile is null");
    requireNonNull(registration, "registration is null");
    requireNonNull(link, "link is null");
    requireNonNull(flows, "flows is null");
    requireNonNull(guard, "guard is null");
    if (!fabric.matches(LABEL_VALUE)) {
      throw Failure.invalidArgument(
          "option fabric = '%s' is not the value of a Kubernetes label; give at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends"
              .formatted(fabric));
    }
  }

  /** Reads the settings. */
  public static NodeConfig of(Settings settings) {
    return new NodeConfig(
        settings.path("endpoint"),
        settings.optionalText("node-name"),
        settings.path("state-directory"),
        settings.optionalAddress("metrics-listen"),
        settings.text("fabric"),
        HostNamespace.of(settings),
        settings.optionalPath("chap-file"),
        registration(settings),
        settings.optionalText("link.address").map(address -> link(address, settings)),
        new Flows.Options(
            (int) settings.number("minimum-paths", 1, 64),
            atLeast(SHORTEST, settings.duration("late-join-interval")),
            settings.duration("idle-logout")),
        new PathGuard.Options(
            settings.flag("path-guard"),
            new Thresholds(
                atLeast(SHORTEST_SILENCE, settings.duration("path-guard-silence")),
                settings.duration("path-guard-carrier-hold"))));
  }

  private static Optional<Registration> registration(Settings settings) {
    Path endpoint =
        settings.optionalPath("registration-endpoint").orElseGet(() -> settings.path("endpoint"));
    return settings
        .optionalPath("registration-socket")
        .map(socket -> new Registration(socket, endpoint));
  }

  private static LinkConfig link(String address, Settings settings) {
    return new LinkConfig(
        address,
        settings.path("link.token-file"),
        settings.path("link.authority"),
        settings.text("link.server-name"));
  }

  private static Duration atLeast(Duration shortest, Duration given) {
    return given.compareTo(shortest) < 0 ? shortest : given;
  }
}
