package io.mooring.node;

import io.mooring.link.v1.Hello;
import io.mooring.node.csi.FirstQuestions;
import io.mooring.node.csi.KubeletRegistration;
import io.mooring.node.csi.NodeService;
import io.mooring.node.guard.Asking;
import io.mooring.node.guard.PathGuard;
import io.mooring.node.heal.Healer;
import io.mooring.node.iscsi.ChapFile;
import io.mooring.node.iscsi.ChapSecrets;
import io.mooring.node.iscsi.SessionRevisions;
import io.mooring.node.iscsi.login.SessionReinstatement;
import io.mooring.node.link.ControllerLink;
import io.mooring.node.link.FreeNumbers;
import io.mooring.node.link.LimitOrders;
import io.mooring.node.link.LinkConfig;
import io.mooring.node.link.LinkSecrets;
import io.mooring.node.link.Orders;
import io.mooring.node.link.PortalMessages;
import io.mooring.node.status.GuardRecord;
import io.mooring.node.status.PathReporter;
import io.mooring.node.volume.Flows;
import io.mooring.node.volume.LoginSecrets;
import io.mooring.node.volume.LunCensus;
import io.mooring.node.volume.PodUses;
import io.mooring.node.volume.PortalOrder;
import io.mooring.node.volume.PortalOrders;
import io.mooring.node.volume.Timings;
import io.mooring.node.volume.TrackedVolume;
import io.mooring.node.volume.Tracking;
import io.mooring.runtime.chap.ChapEntry;
import io.mooring.runtime.config.Settings;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.metrics.HealthEndpoint;
import io.mooring.runtime.metrics.Metrics;
import io.mooring.runtime.operation.Operations;
import io.mooring.runtime.process.Application;
import io.mooring.runtime.process.Parts;
import io.mooring.runtime.process.Version;
import io.mooring.runtime.rpc.CallLog;
import io.mooring.runtime.rpc.PluginIdentity;
import io.mooring.runtime.rpc.Rehearsal;
import io.mooring.runtime.rpc.RpcServer;
import io.mooring.runtime.store.Documents;
import io.mooring.runtime.time.Background;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import io.mooring.runtime.time.Ticker;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The process {@code mooring-node}. */
public final class NodeMain {
  private static final String NAME = "mooring-node";
  private static final Duration LAST_OPERATIONS = Duration.ofSeconds(15);

  private NodeMain() {}

  public static void main(String[] args) {
    Application.main(NAME, NodeConfig.OPTIONS, args, NodeMain::start);
  }

  private static void start(Settings settings, Parts parts) {
    NodeConfig config = NodeConfig.of(settings);
    NodeIdentity identity = NodeIdentity.load(config.stateDirectory(), config.nodeName());
    Metrics metrics = new Metrics();
    NodeMetrics nodeMetrics = new NodeMetrics(metrics);
    CommandRunner commands =
        new CountedCommands(config.hostNamespace().commands(), nodeMetrics::ran);
    Host host = Host.of(identity.initiatorName(), config.hostNamespace(), commands);
    Tracking tracking =
        new Tracking(
            new Documents<>(config.stateDirectory().resolve("volumes"), TrackedVolume.class),
            new PortalOrders(
                new Documents<>(config.stateDirectory().resolve("portals"), PortalOrder.class)),
            new PodUses(
                new Documents<>(config.stateDirectory().resolve("pods"), PodUses.Use.class),
                host.devices().bootId().current()));
    LinkSecrets told =
        new LinkSecrets(new Documents<>(config.stateDirectory().resolve("chap"), ChapEntry.class));
    GuardRecord guardRecord = new GuardRecord(nodeMetrics, InstantSource.system());
    Flows flows = flows(config, host, tracking, told, nodeMetrics, parts);
    PathGuard guard =
        parts.add(
            "path guard",
            new PathGuard(
                host.sessionControl(),
                host.network(),
                host.devices().maps(),
                new Asking(
                    host.sessionControl(),
                    host.devices().disks(),
                    task -> Thread.ofPlatform().name("path-question").daemon().start(task)),
                new SessionReinstatement(
                    host.sessionControl()::secrets,
                    task -> Thread.ofPlatform().name("session-ending").daemon().start(task)),
                config.guard(),
                guardRecord,
                Ticker.system()));
    PathReporter reporter =
        new PathReporter(
            host.devices(),
            tracking,
            flows.departures(),
            guardRecord,
            InstantSource.system(),
            nodeMetrics);
    Background reporting = reporter.loop();
    guardRecord.whenNews(reporting::poke);
    tracking.whenChanged(reporting::poke);
    Runnable whenNews =
        () -> {
          flows.lateJoin().poke();
          reporting.poke();
        };
    Healer healer = parts.add("healer", healer(host, tracking, flows, whenNews, nodeMetrics));
    List<Background> loops =
        List.of(
            flows.lateJoin(),
            reporting,
            flows.reaper(),
            flows.limiting(),
            flows.chapRotation(),
            flows.drain(),
            guard.loop(),
            healer.loop());
    loops.forEach(loop -> parts.add(loop.name(), loop));
    Preparation preparation =
        parts.add(
            "preparation", new Preparation(host, commands, flows.bootCleaning(), loops).start());
    CallLog log = new CallLog(NAME, metrics);
    Optional<KubeletRegistration> registration =
        config
            .registration()
            .map(kubelet -> new KubeletRegistration(kubelet.socket(), kubelet.endpoint(), log));
    NodeService node =
        new NodeService(identity.nodeId(), config.fabric(), flows.volumes(), preparation::notReady);
    PluginIdentity plugin = new PluginIdentity(Version.current(), preparation::state);
    RpcServer server = RpcServer.unix(config.endpoint(), List.of(plugin, node), log);
    if (config.metricsListen().isPresent()) {
      parts.add(
          "metrics",
          HealthEndpoint.start(
              config.metricsListen().get(),
              metrics,
              server::trouble,
              () -> preparation.notReady().or(() -> trouble(registration))));
    }
    parts.add("server", server.start());
    config
        .link()
        .ifPresent(link ->
            parts.add(
                "link",
                link(
                    link,
                    identity.nodeId(),
                    host.devices().bootId().current(),
                    tracking,
                    reporter,
                    new LunCensus(host.devices(), tracking)::isFree,
                    orders(
                        parts.add("orders", new LimitOrders(flows.limits())),
                        told,
                        tracking,
                        flows),
                    metrics)));
    registration.ifPresent(kubelet -> {
      parts.add("registration", kubelet);
      preparation.whenReady(() -> {
        Rehearsal.on(config.endpoint(), FirstQuestions.ofKubelet());
        kubelet.open();
      });
    });
  }

  private static Healer healer(
      Host host, Tracking tracking, Flows flows, Runnable whenNews, NodeMetrics metrics) {
    return new Healer(
        host.devices(),
        host.sessionControl(),
        tracking,
        flows.repairs(),
        host.events(),
        whenNews,
        metrics,
        Ticker.system());
  }

  private static Optional<String> trouble(Optional<KubeletRegistration> registration) {
    return registration.flatMap(KubeletRegistration::trouble);
  }

  private static ControllerLink link(
      LinkConfig config,
      String nodeId,
      String bootId,
      Tracking tracking,
      PathReporter reporter,
      FreeNumbers numbers,
      Orders orders,
      Metrics metrics) {
    Hello hello =
        Hello.newBuilder()
            .setNodeId(nodeId)
            .setBootId(bootId)
            .setVersion(Version.current())
            .build();
    ControllerLink link =
        new ControllerLink(
            config,
            hello,
            () -> tracking.all().stream().map(TrackedVolume::volumeId).toList(),
            reporter::known,
            numbers,
            orders);
    tracking.whenChanged(link::poke);
    reporter.whenChanged(link::poke);
    metrics.level(
        "mooring_node_link_up",
        "1 while this node is linked to a controller.",
        () -> link.isUp() ? 1 : 0);
    return link.start();
  }

  private static Orders orders(Orders limits, LinkSecrets told, Tracking tracking, Flows flows) {
    return message -> {
      limits.obey(message);
      if (told.take(message)) {
        flows.chapRotation().poke();
      }
      if (PortalMessages.take(message, tracking.portals())) {
        flows.drain().poke();
        flows.lateJoin().poke();
      }
    };
  }

  private static LoginSecrets secrets(NodeConfig config, Host host, LinkSecrets told) {
    Documents<SessionRevisions.Entry> sessions =
        new Documents<>(config.stateDirectory().resolve("sessions"), SessionRevisions.Entry.class);
    return new LoginSecrets(
        config.chapFile().<ChapSecrets>map(ChapFile::new).orElse(told),
        new SessionRevisions(sessions, host.devices().bootId().current()));
  }

  private static Flows flows(
      NodeConfig config,
      Host host,
      Tracking tracking,
      LinkSecrets told,
      NodeMetrics metrics,
      Parts parts) {
    ExecutorService threads =
        Executors.newCachedThreadPool(Thread.ofPlatform().name("path-", 0).factory());
    // Not close(), which would wait for a thread that the kernel keeps.
    parts.add("paths", threads::shutdownNow);
    Operations operations = parts.add("operations", new Operations("volume"));
    // A mkfs that is interrupted leaves a volume that is neither blank nor formatted.
    parts.add(
        "operations under way",
        () -> Poll.SYSFS.until(Deadline.after(LAST_OPERATIONS), () -> operations.underWay() == 0));
    return new Flows(
        host.devices(),
        secrets(config, host, told),
        tracking,
        config.flows(),
        Timings.STANDARD,
        operations,
        threads,
        metrics);
  }
}
