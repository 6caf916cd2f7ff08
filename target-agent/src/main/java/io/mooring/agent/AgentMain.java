package io.mooring.agent;

import io.mooring.agent.lio.KernelConfigFs;
import io.mooring.runtime.config.Settings;
import io.mooring.runtime.host.HostCommands;
import io.mooring.runtime.metrics.HealthEndpoint;
import io.mooring.runtime.metrics.Metrics;
import io.mooring.runtime.operation.Operations;
import io.mooring.runtime.process.Application;
import io.mooring.runtime.process.Parts;
import io.mooring.runtime.process.Version;
import io.mooring.runtime.rpc.CallLog;
import io.mooring.runtime.rpc.CertificateEnd;
import io.mooring.runtime.rpc.RpcServer;
import io.mooring.runtime.store.DirectoryLock;
import java.nio.file.Path;
import java.util.List;

/** The process {@code mooring-agent}. */
public final class AgentMain {
  private static final Path CONFIGFS = Path.of("/sys/kernel/config/target");

  private AgentMain() {}

  public static void main(String[] args) {
    Application.main("mooring-agent", AgentConfig.OPTIONS, args, AgentMain::start);
  }

  private static void start(Settings settings, Parts parts) {
    AgentConfig config = AgentConfig.of(settings);
    // Before anything is looked at: two agents would each repair what the other has just changed.
    parts.add("lock", DirectoryLock.take(config.stateDirectory(), "mooring-agent"));
    Metrics metrics = new Metrics();
    CertificateEnd.measure(metrics, config.tls());
    HostCommands commands = config.hostNamespace().commands();
    StorageHost host = StorageHost.open(config, new KernelConfigFs(CONFIGFS), commands);
    parts.add("host shutdown", new HostShutdown(commands, host.lio(), config.target()));
    config
        .metricsListen()
        .ifPresent(listen ->
            parts.add(
                "metrics",
                HealthEndpoint.start(
                    listen, metrics, () -> host.records().troubles().stream().findFirst())));
    Messages messages = new Messages(config.target(), config.portals());
    TargetStatus status =
        new TargetStatus(
            config.target().storageTarget(),
            Version.current(),
            messages,
            host.pools(),
            host.records(),
            new PoolMetrics(metrics));
    Operations operations = new Operations("agent");
    parts.add("operations", new LastOperations(operations));
    Reconciler reconciler = parts.add("reconciler", new Reconciler(host.repair(), status, metrics));
    // Every LUN is served again before the first call is answered.
    reconciler.start();
    parts.add("copier", new Copier(host.copies(), host.pools().all())).start();
    AgentService service =
        new AgentService(
            status,
            host.volumes(),
            host.growth(),
            host.modification(),
            host.exports(),
            host.access(),
            host.health(),
            messages,
            operations);
    parts.add(
        "server",
        RpcServer.mutualTls(
                config.listen(),
                config.tls(),
                config.allowedClients(),
                List.of(
                    service,
                    new SnapshotService(host.snapshots(), host.blocks(), operations),
                    new GroupSnapshotService(host.groups(), operations)),
                new CallLog("mooring-agent", metrics))
            .start());
  }
}
