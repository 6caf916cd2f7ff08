package io.mooring.controller.target.rpc;

import static java.util.Objects.requireNonNull;

import io.grpc.ManagedChannel;
import io.mooring.controller.target.Agent;
import io.mooring.controller.target.Agents;
import io.mooring.controller.target.Share;
import io.mooring.controller.target.StorageTarget;
import io.mooring.runtime.rpc.Channels;
import io.mooring.runtime.rpc.TlsFiles;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Agents over gRPC; one connection per target, made when first used. What of a host is used is not
 * a matter of its connection.
 */
public final class GrpcAgents implements Agents, AutoCloseable {
  private final Supplier<String> cluster;
  private final boolean asksNodes;
  private final Function<StorageTarget, ManagedChannel> open;
  private final Map<String, Instant> certificates;
  private final ConcurrentHashMap<StorageTarget, AgentConnection> connections =
      new ConcurrentHashMap<>();

  GrpcAgents(
      Supplier<String> cluster, boolean asksNodes, Function<StorageTarget, ManagedChannel> open) {
    this(cluster, asksNodes, open, new ConcurrentHashMap<>());
  }

  private GrpcAgents(
      Supplier<String> cluster,
      boolean asksNodes,
      Function<StorageTarget, ManagedChannel> open,
      Map<String, Instant> certificates) {
    this.cluster = requireNonNull(cluster, "cluster is null");
    this.asksNodes = asksNodes;
    this.open = requireNonNull(open, "open is null");
    this.certificates = requireNonNull(certificates, "certificates is null");
  }

  /**
   * Over mutual TLS; each agent must show a certificate for its target's server name.
   *
   * @param cluster the cluster in whose name agents are asked; may fail while it is not known
   * @param asksNodes whether nodes are asked for their word on freed LUN numbers
   * @param files for targets that have none of their own
   */
  public static GrpcAgents mutualTls(Supplier<String> cluster, boolean asksNodes, TlsFiles files) {
    Map<String, Instant> certificates = new ConcurrentHashMap<>();
    return new GrpcAgents(
        cluster,
        asksNodes,
        target ->
            Channels.mutualTls(
                target.endpoint(),
                target.tls().orElse(files),
                target.serverName(),
                end -> certificates.put(target.name(), end)),
        certificates);
  }

  /** By target, when the certificate ends that its agent has shown last. */
  public Map<String, Instant> certificateEnds() {
    return Map.copyOf(certificates);
  }

  @Override
  public Agent of(StorageTarget target) {
    return new GrpcAgent(
        cluster,
        asksNodes,
        connections.computeIfAbsent(whole(target), t -> new AgentConnection(t, open)));
  }

  private static StorageTarget whole(StorageTarget target) {
    return target.sharing(Share.ALL);
  }

  @Override
  public void keepOnly(Collection<StorageTarget> targets) {
    Set<StorageTarget> kept =
        targets.stream().map(GrpcAgents::whole).collect(Collectors.toUnmodifiableSet());
    certificates
        .keySet()
        .retainAll(kept.stream().map(StorageTarget::name).collect(Collectors.toSet()));
    connections
        .values()
        .removeIf(connection -> {
          boolean gone = !kept.contains(connection.target());
          if (gone) {
            connection.close();
          }
          return gone;
        });
  }

  @Override
  public void close() {
    keepOnly(Set.of());
  }
}
