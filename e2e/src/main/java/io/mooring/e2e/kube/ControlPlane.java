package io.mooring.e2e.kube;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.LabShape;
import io.mooring.e2e.lab.tool.FreePorts;
import io.mooring.e2e.lab.tool.KeptProcess;
import io.mooring.e2e.lab.tool.Trees;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.rpc.TestCertificates;
import io.mooring.runtime.rpc.TlsFiles;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * etcd, API server, controller manager and scheduler as processes of this machine, on loopback
 * ports that happen to be free. VMs see this machine as 10.0.2.2.
 */
final class ControlPlane implements AutoCloseable {
  /** What QEMU's user network calls this machine. */
  private static final String SERVICES = "10.96.0.0/16";

  private static final Duration START_LIMIT = Duration.ofMinutes(3);
  private static final Poll LOOK = new Poll(Duration.ofMillis(200), Duration.ofSeconds(1));

  private final Programs programs;
  private final Path folder;
  private final Path egressSocket;
  private final Accounts accounts;
  private final int port = FreePorts.one();
  private final List<KeptProcess> processes = new ArrayList<>();

  /**
   * A control plane that has not started.
   *
   * @param folder of its files and logs, emptied
   * @param egressSocket where a way to the kubelets is served
   * @param nodes the names of all nodes that will join
   */
  ControlPlane(Programs programs, Path folder, Path egressSocket, List<String> nodes) {
    this.programs = requireNonNull(programs, "programs is null");
    this.folder = requireNonNull(folder, "folder is null");
    this.egressSocket = requireNonNull(egressSocket, "egressSocket is null");
    this.accounts = new Accounts(nodes);
  }

  /** Starts everything and waits until the API server is ready. */
  Kubectl start() {
    try {
      Trees.delete(folder);
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      int etcd = startEtcd();
      startApiServer(etcd);
      await("the API server's certificate", () -> Files.exists(certificate()));
      Kubectl kubectl = new Kubectl(programs.file("kubectl"), kubeconfigFile(Accounts.ADMIN));
      await("the API server", () -> ready(kubectl));
      startControllerManager();
      startScheduler();
      startSnapshotController(kubectl);
      return kubectl;
    } catch (IOException e) {
      close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private static boolean ready(Kubectl kubectl) {
    return kubectl.run(List.of("get", "--raw=/readyz"), "").succeeded();
  }

  private void await(String what, BooleanSupplier reached) {
    if (!LOOK.until(Deadline.after(START_LIMIT), reached)) {
      throw Failure.deadlineExceeded(what + " did not come up in time; the logs are in " + folder);
    }
  }

  private int startEtcd() {
    int clients = FreePorts.one();
    String url = "http://127.0.0.1:" + clients;
    String peers = "http://127.0.0.1:" + FreePorts.one();
    // Without fsync: this data does not outlive the processes that use it.
    start(
        "etcd",
        "--data-dir=" + folder.resolve("etcd"),
        "--unsafe-no-fsync",
        "--listen-client-urls=" + url,
        "--advertise-client-urls=" + url,
        "--listen-peer-urls=" + peers,
        "--initial-advertise-peer-urls=" + peers,
        "--initial-cluster=default=" + peers);
    return clients;
  }

  private void startApiServer(int etcd) throws IOException {
    Path tokens = Files.writeString(folder.resolve("tokens.csv"), accounts.file());
    TlsFiles keys = TestCertificates.authority("service accounts").issue(folder, "accounts");
    Path egress =
        Files.writeString(
            folder.resolve("egress.yaml"),
            """
            apiVersion: apiserver.k8s.io/v1beta1
            kind: EgressSelectorConfiguration
            egressSelections:
            - name: cluster
              connection:
                proxyProtocol: HTTPConnect
                transport: {uds: {udsName: "%s"}}
            """
                .formatted(egressSocket));
    start(
        "kube-apiserver",
        "--etcd-servers=http://127.0.0.1:" + etcd,
        "--bind-address=127.0.0.1",
        "--secure-port=" + port,
        // Its certificate names what it advertises, too.
        "--advertise-address=" + LabShape.HOST_SEEN_BY_VMS,
        "--cert-dir=" + folder,
        "--service-cluster-ip-range=" + SERVICES,
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-key-file=" + keys.certificate(),
        "--service-account-signing-key-file=" + keys.privateKey(),
        "--token-auth-file=" + tokens,
        "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=NodeRestriction",
        "--allow-privileged=true",
        "--kubelet-preferred-address-types=InternalIP",
        "--egress-selector-config-file=" + egress);
  }

  private void startControllerManager() throws IOException {
    start(
        "kube-controller-manager",
        "--kubeconfig=" + kubeconfigFile(Accounts.CONTROLLER_MANAGER),
        "--bind-address=127.0.0.1",
        "--secure-port=" + FreePorts.one(),
        "--leader-elect=false",
        "--root-ca-file=" + certificate(),
        "--service-account-private-key-file=" + folder.resolve("accounts.key"),
        "--use-service-account-credentials=true",
        // A frozen node is noticed in 20 s rather than 50.
        "--node-monitor-period=2s",
        "--node-monitor-grace-period=20s",
        "--attach-detach-reconcile-sync-period=20s");
  }

  private void startScheduler() throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("scheduler.yaml"),
            """
            apiVersion: kubescheduler.config.k8s.io/v1
            kind: KubeSchedulerConfiguration
            clientConnection: {kubeconfig: "%s"}
            leaderElection: {leaderElect: false}
            podInitialBackoffSeconds: 1
            podMaxBackoffSeconds: 1
            """
                .formatted(kubeconfigFile(Accounts.SCHEDULER)));
    start(
        "kube-scheduler",
        "--config=" + config,
        "--bind-address=127.0.0.1",
        "--secure-port=" + FreePorts.one());
  }

  /** What serves the snapshot API, and that of groups, in a cluster that has them. */
  private void startSnapshotController(Kubectl kubectl) throws IOException {
    StringBuilder definitions = new StringBuilder();
    for (String api :
        List.of("snapshot.storage.k8s.io_volume", "groupsnapshot.storage.k8s.io_volumegroup")) {
      for (String kind : List.of("snapshotclasses", "snapshotcontents", "snapshots")) {
        Path definition = programs.snapshotApi().resolve(api + kind + ".yaml");
        definitions.append("---\n").append(Files.readString(definition));
      }
    }
    kubectl.apply(definitions.toString());
    start(
        "snapshot-controller",
        "--kubeconfig=" + kubeconfigFile(Accounts.ADMIN),
        "--leader-election=false",
        "--feature-gates=CSIVolumeGroupSnapshot=true");
  }

  private void start(String program, String... words) {
    List<String> argv = new ArrayList<>(List.of(programs.word(program)));
    argv.addAll(List.of(words));
    processes.add(KeptProcess.start(argv, folder.resolve(program + ".log")));
  }

  /** The API server makes one for itself when it has none. */
  private Path certificate() {
    return folder.resolve("apiserver.crt");
  }

  private Path kubeconfigFile(String account) throws IOException {
    return Files.writeString(
        folder.resolve(account.replace(':', '-') + ".kubeconfig"),
        kubeconfig(account, "127.0.0.1"));
  }

  /** For the kubelet of that node, inside its VM. */
  String kubeconfigOfNode(String node) throws IOException {
    return kubeconfig(Accounts.node(node), LabShape.HOST_SEEN_BY_VMS);
  }

  /** For the kube-proxy of any node, inside its VM. */
  String kubeconfigOfProxy() throws IOException {
    return kubeconfig(Accounts.PROXY, LabShape.HOST_SEEN_BY_VMS);
  }

  private String kubeconfig(String account, String host) throws IOException {
    String authority = Base64.getEncoder().encodeToString(Files.readAllBytes(certificate()));
    return accounts.kubeconfig(account, "https://" + host + ":" + port, authority);
  }

  @Override
  public void close() {
    processes.reversed().forEach(KeptProcess::close);
    processes.clear();
  }
}
