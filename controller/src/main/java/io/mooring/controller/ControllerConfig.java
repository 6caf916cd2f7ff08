package io.mooring.controller;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.config.Option;
import io.mooring.runtime.config.Settings;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.rpc.TlsFiles;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an administrator can set.
 *
 * @param endpoint the Unix socket on which the CSI sidecars call
 * @param targetsFile names the storage targets; read again when it changes
 * @param cluster in whose name the agents are asked; never to be changed
 * @param tls towards the agents
 * @param metricsListen where metrics and probes are served, if anywhere
 */
public record ControllerConfig(
    Path endpoint,
    Path targetsFile,
    String cluster,
    TlsFiles tls,
    Optional<InetSocketAddress> metricsListen) {

  /** One line per option. */
  public static final List<Option> OPTIONS =
      List.of(
          Option.of(
              "endpoint", "/run/mooring/controller.sock", "Unix socket for the CSI sidecars."),
          Option.of(
              "targets-file",
              "/etc/mooring/targets.properties",
              "Properties file that names the storage targets; read again when it changes."),
          Option.of(
              "cluster",
              "Id of this cluster on the storage hosts, such as the uid of the namespace"
                  + " kube-system. Volumes are kept apart by it: never change it."),
          Option.of("tls.certificate", "PEM file with the controller's certificate chain."),
          Option.of("tls.private-key", "PEM file with its key (PKCS#8)."),
          Option.of("tls.authority", "PEM file with the authority of the agents' certificates."),
          Option.of(
              "metrics-listen", "", "Address for `/metrics`, `/healthz`, `/readyz`; empty: none."));

  private static final Pattern CLUSTER =
      Pattern.compile("[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?");

  public ControllerConfig {
    requireNonNull(endpoint, "endpoint is null");
    requireNonNull(targetsFile, "targetsFile is null");
    requireNonNull(tls, "tls is null");
    requireNonNull(metricsListen, "metricsListen is null");
    if (!CLUSTER.matcher(cluster).matches()) {
      throw Failure.invalidArgument(
          "option cluster = '%s' is not an id of at most 63 letters, digits, '-', '.' and '_'"
              .formatted(cluster));
    }
  }

  /** Reads the settings. */
  public static ControllerConfig of(Settings settings) {
    return new ControllerConfig(
        settings.path("endpoint"),
        settings.path("targets-file"),
        settings.text("cluster"),
        new TlsFiles(
            settings.path("tls.certificate"),
            settings.path("tls.private-key"),
            settings.path("tls.authority")),
        settings.optionalAddress("metrics-listen"));
  }
}
