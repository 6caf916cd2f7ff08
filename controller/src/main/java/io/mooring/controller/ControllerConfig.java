package io.mooring.controller;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.audit.Times;
import io.mooring.runtime.config.Option;
import io.mooring.runtime.config.Settings;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.rpc.TlsFiles;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an administrator can set.
 *
 * @param endpoint the Unix socket on which the CSI sidecars call
 * @param kubernetes the place in Kubernetes, whose API then names the storage targets; empty
 *     without Kubernetes
 * @param targetsFile names the storage targets without Kubernetes; read again when it changes
 * @param cluster in whose name the agents are asked; never to be changed; empty only in Kubernetes,
 *     for the cluster's own uid
 * @param tls towards the agents
 * @param chapFile the secrets of nodes, if there are any; read again when it changes
 * @param metricsListen where metrics and probes are served, if anywhere
 * @param link where node plugins link to this controller, if anywhere
 * @param audit of orphans, in Kubernetes; empty: none
 */
public record ControllerConfig(
    Path endpoint,
    Optional<Pod> kubernetes,
    Path targetsFile,
    Optional<String> cluster,
    TlsFiles tls,
    Optional<Path> chapFile,
    Optional<InetSocketAddress> metricsListen,
    Optional<Link> link,
    Optional<Times> audit) {

  /**
   * Where in Kubernetes this process runs.
   *
   * @param namespace of the lease and of TLS Secrets
   * @param name the lease's holder
   */
  public record Pod(String namespace, String name) {
    public Pod {
      requireNonNull(namespace, "namespace is null");
      requireNonNull(name, "name is null");
    }
  }

  /**
   * Where node plugins link to this controller.
   *
   * @param tokensFile by which token which node speaks, without Kubernetes
   * @param nodeAccount the service account of node plugins, in Kubernetes
   * @param authorityMap the ConfigMap by which node plugins learn {@code tls.authority}, in
   *     Kubernetes
   */
  public record Link(
      InetSocketAddress listen, Path tokensFile, String nodeAccount, String authorityMap) {
    public Link {
      requireNonNull(listen, "listen is null");
      requireNonNull(tokensFile, "tokensFile is null");
      requireNonNull(nodeAccount, "nodeAccount is null");
      requireNonNull(authorityMap, "authorityMap is null");
    }
  }

  /** One line per option. */
  public static final List<Option> OPTIONS =
      List.of(
          Option.of(
              "endpoint", "/run/mooring/controller.sock", "Unix socket for the CSI sidecars."),
          Option.of(
              "kubernetes",
              "false",
              "`true`: storage targets are StorageTarget objects, each volume's place is recorded in"
                  + " a MooringVolume, and Events are written."),
          Option.of(
              "namespace",
              "",
              "With `kubernetes`: the controller's own, of its Lease and Secrets."),
          Option.of("pod-name", "", "With `kubernetes`: this replica's name in the Lease."),
          Option.of(
              "targets-file",
              "/etc/mooring/targets.properties",
              "Without `kubernetes`: properties file that names the storage targets; read again when"
                  + " it changes."),
          Option.of(
              "cluster",
              "",
              "Id of this cluster on the storage hosts; volumes are kept apart by it: never change"
                  + " it. Empty, which needs `kubernetes`: the uid of the namespace kube-system."),
          Option.of("tls.certificate", "PEM file with the controller's certificate chain."),
          Option.of("tls.private-key", "PEM file with its key (PKCS#8, PKCS#1 or SEC1)."),
          Option.of("tls.authority", "PEM file with the authority of the agents' certificates."),
          Option.of(
              "chap-file",
              "",
              "JSON file of mode 0600 with the CHAP secrets of nodes (see features/chap.md); read"
                  + " again when it changes; empty: none."),
          Option.of(
              "metrics-listen", "", "Address for `/metrics`, `/healthz`, `/readyz`; empty: none."),
          Option.of(
              "link.listen",
              "",
              "Address where node plugins link to the controller (TLS with `tls.certificate`; nodes"
                  + " show tokens); empty: none."),
          Option.of(
              "link.tokens-file",
              "/etc/mooring/node-tokens.properties",
              "Without `kubernetes`: properties file `<node name>=<token>`, not readable by others."
                  + " Tokens have 32 characters or more."),
          Option.of(
              "link.node-account",
              "mooring-node",
              "With `kubernetes`: service account of the node plugins, in `namespace`."),
          Option.of(
              "link.authority-map",
              "mooring-link-authority",
              "With `kubernetes`: ConfigMap in `namespace` in which `tls.authority` is kept for node"
                  + " plugins, as `ca.crt`."),
          Option.of(
              "audit.interval",
              "2m",
              "With `kubernetes`: how often what Kubernetes, storage hosts and nodes believe is"
                  + " compared (see features/orphan-audit.md); `0s`: never."),
          Option.of(
              "audit.standing",
              "10m",
              "How long a disagreement is taken for a change under way before it is shown."),
          Option.of(
              "audit.quarantine",
              "24h",
              "How long after it was first seen nothing is removed, whoever has consented."));

  private static final Pattern CLUSTER =
      Pattern.compile("[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?");

  public ControllerConfig {
    requireNonNull(endpoint, "endpoint is null");
    requireNonNull(kubernetes, "kubernetes is null");
    requireNonNull(targetsFile, "targetsFile is null");
    requireNonNull(tls, "tls is null");
    requireNonNull(chapFile, "chapFile is null");
    requireNonNull(metricsListen, "metricsListen is null");
    requireNonNull(link, "link is null");
    requireNonNull(audit, "audit is null");
    cluster
        .filter(id -> !CLUSTER.matcher(id).matches())
        .ifPresent(id -> {
          throw Failure.invalidArgument(
              "option cluster = '%s' is not an id of at most 63 letters, digits, '-', '.' and '_'"
                  .formatted(id));
        });
    if (cluster.isEmpty() && kubernetes.isEmpty()) {
      throw Failure.invalidArgument(
          "option cluster is not set; give an id, such as the uid of the namespace kube-system");
    }
  }

  private static Pod pod(Settings settings) {
    return new Pod(settings.text("namespace"), settings.text("pod-name"));
  }

  /** Reads the settings. */
  public static ControllerConfig of(Settings settings) {
    return new ControllerConfig(
        settings.path("endpoint"),
        settings.flag("kubernetes") ? Optional.of(pod(settings)) : Optional.empty(),
        settings.path("targets-file"),
        settings.optionalText("cluster"),
        new TlsFiles(
            settings.path("tls.certificate"),
            settings.path("tls.private-key"),
            settings.path("tls.authority")),
        settings.optionalPath("chap-file"),
        settings.optionalAddress("metrics-listen"),
        settings.optionalAddress("link.listen").map(listen -> link(listen, settings)),
        settings.flag("kubernetes") ? audit(settings) : Optional.empty());
  }

  private static Optional<Times> audit(Settings settings) {
    Duration interval = settings.duration("audit.interval");
    return interval.isZero()
        ? Optional.empty()
        : Optional.of(
            new Times(
                interval,
                settings.duration("audit.standing"),
                settings.duration("audit.quarantine")));
  }

  private static Link link(InetSocketAddress listen, Settings settings) {
    return new Link(
        listen,
        settings.path("link.tokens-file"),
        settings.text("link.node-account"),
        settings.text("link.authority-map"));
  }
}
