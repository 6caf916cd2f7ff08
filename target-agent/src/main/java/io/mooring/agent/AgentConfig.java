package io.mooring.agent;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.TargetNames;
import io.mooring.agent.lio.Portal;
import io.mooring.runtime.config.Option;
import io.mooring.runtime.config.Settings;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.HostNamespace;
import io.mooring.runtime.rpc.TlsFiles;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an administrator can set.
 *
 * @param target this host's names
 * @param listen where controllers call
 * @param portals where nodes log in
 * @param allowedClients certificate names that may call; empty for every one of the authority
 * @param lunQuarantine how long a freed LUN number rests
 * @param metricsListen where metrics are served, if anywhere
 * @param hostNamespace where the host's programs are run
 */
public record AgentConfig(
    TargetNames target,
    InetSocketAddress listen,
    List<Portal> portals,
    Path stateDirectory,
    TlsFiles tls,
    Set<String> allowedClients,
    Duration lunQuarantine,
    Optional<InetSocketAddress> metricsListen,
    HostNamespace hostNamespace,
    List<PoolConfig> pools) {

  /** One line per option of {@code mooring-agent.conf}. */
  public static final List<Option> OPTIONS =
      List.of(
          Option.of("target-name", "This host's StorageTarget name, first part of its volume ids."),
          Option.of("listen", "0.0.0.0:9750", "Where controllers call, with mutual TLS."),
          Option.of(
              "portals",
              "Comma-separated addresses for iSCSI, one per path network, such as"
                  + " `192.0.2.1:3260,[2001:db8::1]:3260`."),
          Option.of(
              "state-directory",
              "/var/lib/mooring-agent",
              "Where LUN quarantine and node names are kept; volumes are not."),
          Option.of("tls.certificate", "PEM file with the agent's certificate chain."),
          Option.of("tls.private-key", "PEM file with its key (PKCS#8, PKCS#1 or SEC1)."),
          Option.of(
              "tls.authority", "PEM file with the authority of the controllers' certificates."),
          Option.of(
              "tls.allowed-clients",
              "",
              "Comma-separated certificate names that may call; empty admits the whole authority."),
          Option.of(
              "lun-quarantine",
              "10m",
              "How long a LUN number rests after it was taken from a node, besides waiting for the"
                  + " node's word over NodeLink. Shorter than a node that is not linked can hold a"
                  + " stale device, it risks data."),
          Option.of(
              "metrics-listen", "", "Address for `/metrics`, `/healthz`, `/readyz`; empty: none."),
          HostNamespace.OPTION,
          Option.of(
              "pool.*.backend", "`thin` (LVM thin pool) or `file` (directory of sparse files)."),
          Option.of("pool.*.volume-group", "`thin`: the LVM volume group."),
          Option.of("pool.*.thin-pool", "`thin`: the thin pool in that group."),
          Option.of("pool.*.directory", "`file`: the directory, best a file system of its own."),
          Option.of(
              "pool.*.copy-rate",
              "100",
              "`file` on a file system without reflink: how many MiB a second are copied at most,"
                  + " for all snapshots and copies together."),
          Option.of(
              "pool.*.over-commit",
              "1.0",
              "Promised sizes may add up to this many times the pool's size. Above 1 a full pool"
                  + " can hold up the writers of every volume in it."),
          Option.of(
              "pool.*.full-percent",
              "95",
              "No volume is made in a pool that is used up to this percentage."));

  /**
   * One pool.
   *
   * @param name the family's name in the keys
   * @param place where its volumes are
   */
  public record PoolConfig(String name, Place place, double overCommit, int fullPercent) {}

  /** Where a pool's volumes are. */
  public sealed interface Place {}

  /** In an LVM thin pool. */
  public record ThinPlace(String volumeGroup, String thinPool) implements Place {}

  /**
   * In a directory.
   *
   * @param copyMibPerSecond how fast copies are made, at most, where blocks cannot be shared
   */
  public record FilePlace(Path directory, int copyMibPerSecond) implements Place {}

  public AgentConfig {
    requireNonNull(target, "target is null");
    requireNonNull(listen, "listen is null");
    requireNonNull(stateDirectory, "stateDirectory is null");
    requireNonNull(tls, "tls is null");
    requireNonNull(lunQuarantine, "lunQuarantine is null");
    requireNonNull(metricsListen, "metricsListen is null");
    requireNonNull(hostNamespace, "hostNamespace is null");
    portals = List.copyOf(portals);
    allowedClients = Set.copyOf(allowedClients);
    pools = List.copyOf(pools);
    if (portals.isEmpty()) {
      throw Failure.invalidArgument(
          "option portals is not set; give the address of at least one path network");
    }
    if (Set.copyOf(portals).size() != portals.size()) {
      throw Failure.invalidArgument("option portals names one portal twice: " + portals);
    }
    if (pools.isEmpty()) {
      throw Failure.invalidArgument(
          "no pool is configured; set pool.<name>.backend and what belongs to it");
    }
  }

  /** Reads the settings. */
  public static AgentConfig of(Settings settings) {
    return new AgentConfig(
        new TargetNames(settings.text("target-name")),
        settings.address("listen"),
        settings.list("portals").stream().map(Portal::parse).toList(),
        settings.path("state-directory"),
        new TlsFiles(
            settings.path("tls.certificate"),
            settings.path("tls.private-key"),
            settings.path("tls.authority")),
        Set.copyOf(settings.list("tls.allowed-clients")),
        settings.duration("lun-quarantine"),
        settings.optionalAddress("metrics-listen"),
        HostNamespace.of(settings),
        settings.names("pool.*").stream()
            .map(name -> pool(name, settings.group("pool.*", name)))
            .toList());
  }

  private static PoolConfig pool(String name, Settings settings) {
    Place place =
        settings.choice("backend", "thin", "file").equals("thin")
            ? new ThinPlace(settings.text("volume-group"), settings.text("thin-pool"))
            : new FilePlace(
                settings.path("directory"), (int) settings.number("copy-rate", 1, 100_000));
    return new PoolConfig(
        name,
        place,
        settings.decimal("over-commit", 0.01, 100),
        (int) settings.number("full-percent", 1, 100));
  }
}
