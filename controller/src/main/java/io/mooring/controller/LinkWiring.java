package io.mooring.controller;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.audit.Holders;
import io.mooring.controller.chap.NodeSecrets;
import io.mooring.controller.kube.KubeFloor;
import io.mooring.controller.link.ChapFeed;
import io.mooring.controller.link.LimitsFeed;
import io.mooring.controller.link.LinkService;
import io.mooring.controller.link.Links;
import io.mooring.controller.link.LunWords;
import io.mooring.controller.link.PathFeed;
import io.mooring.controller.link.PortalFeed;
import io.mooring.controller.node.NodeTokens;
import io.mooring.controller.node.TokensFile;
import io.mooring.controller.path.Attachments;
import io.mooring.controller.target.Fleet;
import io.mooring.controller.volume.DetachListener;
import io.mooring.controller.volume.LimitsListener;
import io.mooring.controller.volume.Modification;
import io.mooring.controller.volume.Publishing;
import io.mooring.runtime.metrics.Metrics;
import io.mooring.runtime.process.Parts;
import io.mooring.runtime.rpc.CallLog;
import io.mooring.runtime.rpc.RpcServer;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The parts that node plugins link to. */
final class LinkWiring {
  // Tokens of Kubernetes live for an hour.
  private static final Duration LINK_LIFE = Duration.ofMinutes(30);

  private static final Duration ASKING = Duration.ofSeconds(10);

  private static final Duration WORDS_INTERVAL = Duration.ofSeconds(10);

  private final ControllerConfig config;
  private final Optional<KubeFloor> kubernetes;
  private final Parts parts;

  /**
   * What the rest of the controller tells nodes by.
   *
   * @param limits carries limits to nodes
   * @param detached hears of volumes that were taken from nodes
   * @param hostsKnowSecrets to be run whenever storage hosts have been told of secrets
   * @param holders what nodes hold
   */
  record Feeds(
      LimitsListener limits, DetachListener detached, Runnable hostsKnowSecrets, Holders holders) {}

  LinkWiring(ControllerConfig config, Optional<KubeFloor> kubernetes, Parts parts) {
    this.config = requireNonNull(config, "config is null");
    this.kubernetes = requireNonNull(kubernetes, "kubernetes is null");
    this.parts = requireNonNull(parts, "parts is null");
  }

  /** Serves NodeLink where it is configured. */
  Feeds start(Fleet fleet, NodeSecrets secrets, Metrics metrics, CallLog log) {
    return config
        .link()
        .map(link -> start(link, fleet, secrets, metrics, log))
        .orElse(new Feeds(LimitsListener.NOBODY, DetachListener.NOBODY, () -> {}, Holders.UNKNOWN));
  }

  private Feeds start(
      ControllerConfig.Link link, Fleet fleet, NodeSecrets secrets, Metrics metrics, CallLog log) {
    Links links = new Links();
    metrics.level("mooring_linked_nodes", "Nodes that are linked to this replica.", links::count);
    // First, since a volume that is to be staged may wait for them.
    ChapFeed chap = ChapFeed.over(links, secrets);
    LimitsFeed limits =
        LimitsFeed.over(links, (volume, deadline) -> Modification.limits(fleet, volume, deadline));
    LunWords words = parts.add("LUN words", LunWords.over(links, fleet, WORDS_INTERVAL).start());
    kubernetes.ifPresent(kube -> {
      Attachments attachments =
          kube.attachments((volume, node) ->
              Publishing.isPublished(fleet, volume, node, Deadline.after(ASKING)));
      PathFeed.from(links, parts.add("attachments", attachments));
      parts.add("silent nodes", kube.silentNodes(links::has));
      kube.portals(PortalFeed.over(links)::plans);
    });
    NodeTokens tokens =
        kubernetes
            .map(kube -> kube.nodeTokens(link.nodeAccount()))
            .orElseGet(() -> new TokensFile(link.tokensFile()));
    BooleanSupplier leads = kubernetes.<BooleanSupplier>map(kube -> kube::leads).orElse(() -> true);
    kubernetes.ifPresent(kube -> kube.whenAnotherLeads(links::dismiss));
    parts.add(
        "node link",
        RpcServer.tls(
                link.listen(),
                config.tls(),
                LINK_LIFE,
                List.of(LinkService.of(tokens, links, leads)),
                log)
            .start());
    kubernetes.ifPresent(kube -> {
      parts.add("link authority", kube.publishing(link.authorityMap(), config.tls().authority()));
      parts.add("limits", kube.limits(limits::tell));
    });
    return new Feeds(
        limits,
        words.and(kubernetes.map(KubeFloor::detaching).orElse(DetachListener.NOBODY)),
        chap::hostsKnow,
        links::held);
  }
}
