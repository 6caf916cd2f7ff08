package io.mooring.controller;

import io.mooring.controller.audit.GivenUp;
import io.mooring.controller.audit.HostsLook;
import io.mooring.controller.chap.FileSecrets;
import io.mooring.controller.chap.NodeSecrets;
import io.mooring.controller.chap.SecretsPush;
import io.mooring.controller.csi.ControllerService;
import io.mooring.controller.csi.FirstQuestions;
import io.mooring.controller.csi.GroupControllerService;
import io.mooring.controller.csi.Readiness;
import io.mooring.controller.csi.SnapshotMetadataService;
import io.mooring.controller.kube.KubeFloor;
import io.mooring.controller.target.FileTargets;
import io.mooring.controller.target.Fleet;
import io.mooring.controller.target.Targets;
import io.mooring.controller.target.rpc.GrpcAgents;
import io.mooring.controller.volume.ChangedBlocks;
import io.mooring.controller.volume.Expansion;
import io.mooring.controller.volume.GroupSnapshots;
import io.mooring.controller.volume.Health;
import io.mooring.controller.volume.Listing;
import io.mooring.controller.volume.Modification;
import io.mooring.controller.volume.Placements;
import io.mooring.controller.volume.Provisioning;
import io.mooring.controller.volume.Publishing;
import io.mooring.controller.volume.SnapshotListing;
import io.mooring.controller.volume.Snapshots;
import io.mooring.runtime.config.Settings;
import io.mooring.runtime.metrics.HealthEndpoint;
import io.mooring.runtime.metrics.Metrics;
import io.mooring.runtime.operation.Operations;
import io.mooring.runtime.process.Application;
import io.mooring.runtime.process.Parts;
import io.mooring.runtime.process.Version;
import io.mooring.runtime.rpc.CallLog;
import io.mooring.runtime.rpc.CertificateEnd;
import io.mooring.runtime.rpc.PluginIdentity;
import io.mooring.runtime.rpc.Rehearsal;
import io.mooring.runtime.rpc.RpcServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The process {@code mooring-controller}. */
public final class ControllerMain {
  private static final Duration TARGETS_INTERVAL = Duration.ofSeconds(3);

  private static final Duration SECRETS_INTERVAL = Duration.ofSeconds(5);

  private ControllerMain() {}

  public static void main(String[] args) {
    Application.main("mooring-controller", ControllerConfig.OPTIONS, args, ControllerMain::start);
  }

  private static void start(Settings settings, Parts parts) {
    ControllerConfig config = ControllerConfig.of(settings);
    Metrics metrics = new Metrics();
    Optional<KubeFloor> kubernetes =
        config
            .kubernetes()
            .map(pod ->
                parts.add(
                    "kubernetes", KubeFloor.open(pod.namespace(), pod.name(), config.cluster())));
    Targets targets =
        kubernetes.map(KubeFloor::targets).orElseGet(() -> ofFile(config.targetsFile(), parts));
    Supplier<String> cluster =
        kubernetes.map(KubeFloor::cluster).orElseGet(() -> config.cluster()::orElseThrow);
    GrpcAgents agents =
        parts.add("agents", GrpcAgents.mutualTls(cluster, config.link().isPresent(), config.tls()));
    CertificateEnd.measure(metrics, config.tls());
    Operations operations = parts.add("operations", new Operations("controller"));
    metrics.level(
        "mooring_operations", "Operations on volumes that are under way.", operations::underWay);
    Fleet fleet = new Fleet(targets, agents);
    CallLog log = new CallLog("mooring-controller", metrics);
    NodeSecrets secrets =
        config.chapFile().<NodeSecrets>map(FileSecrets::new).orElse(NodeSecrets.NONE);
    LinkWiring.Feeds feeds =
        new LinkWiring(config, kubernetes, parts).start(fleet, secrets, metrics, log);
    if (config.chapFile().isPresent()) {
      parts.add(
          "chap",
          new SecretsPush(fleet, secrets, feeds.hostsKnowSecrets()).loop(SECRETS_INTERVAL).start());
    }
    Optional<Placements> placements = kubernetes.map(KubeFloor::placements);
    Provisioning provisioning =
        placements
            .map(records -> Provisioning.withRecords(fleet, operations, records))
            .orElseGet(() -> Provisioning.withoutRecords(fleet, operations));
    Publishing publishing = new Publishing(fleet, secrets, operations, feeds.detached());
    ControllerService controller =
        new ControllerService(
            provisioning,
            new Expansion(fleet, operations, placements),
            new Modification(fleet, operations, placements, feeds.limits()),
            new Snapshots(fleet, operations),
            new SnapshotListing(fleet),
            publishing,
            new Listing(fleet),
            new Health(fleet));
    TargetMetrics answering = new TargetMetrics(metrics, agents::certificateEnds);
    kubernetes.ifPresent(kube -> {
      parts.add("leadership", kube.leading());
      parts.add("status of targets", kube.reporting(fleet, answering::show));
      config
          .audit()
          .ifPresent(audit ->
              parts.add(
                  "audit",
                  kube.auditing(
                      audit,
                      new HostsLook(fleet),
                      feeds.holders(),
                      new GivenUp(provisioning, publishing))));
    });
    RpcServer server =
        parts.add(
            "server",
            RpcServer.unix(
                    config.endpoint(),
                    List.of(
                        new PluginIdentity(Version.current(), () -> Readiness.of(targets)),
                        controller,
                        new GroupControllerService(new GroupSnapshots(fleet, operations)),
                        new SnapshotMetadataService(new ChangedBlocks(fleet))),
                    log)
                .start());
    Rehearsal.on(config.endpoint(), FirstQuestions.ofSidecars());
    // Last: who sees it healthy may call.
    config
        .metricsListen()
        .ifPresent(listen ->
            parts.add(
                "metrics",
                HealthEndpoint.start(listen, metrics, server::trouble, targets::trouble)));
  }

  private static Targets ofFile(Path file, Parts parts) {
    FileTargets targets = new FileTargets(file);
    parts.add("targets", targets.loop(TARGETS_INTERVAL).start());
    return targets;
  }
}
