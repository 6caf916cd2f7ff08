package io.mooring.e2e.kube;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.lab.Lab;
import io.mooring.e2e.lab.LabSettings;
import io.mooring.e2e.lab.LabShape;
import io.mooring.e2e.lab.guest.SocketForward;
import io.mooring.e2e.lab.qemu.VirtualMachine;
import io.mooring.e2e.lab.tool.HostTool;
import io.mooring.e2e.lab.tool.Progress;
import io.mooring.e2e.lab.tool.Together;
import io.mooring.e2e.lab.tool.Trees;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The lab with a Kubernetes on it, into which Mooring is installed by Helm as the README tells an
 * administrator to: control plane on this machine, a kubelet in each worker, the agent as a systemd
 * service of the storage VM.
 */
public final class KubeLab implements AutoCloseable {
  private static final Duration NODES_READY = Duration.ofMinutes(5);
  private static final Poll LOOK = new Poll(Duration.ofMillis(300), Duration.ofSeconds(1));

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Progress progress;
  private final Path chart;
  private final Lab lab;
  private final Kubectl kubectl;
  private final Kubectl helm;
  private final List<KubeNode> nodes;
  private final AgentHost agent;
  private final SocketForward toAgent;

  private KubeLab(LabSettings settings, Progress progress) throws IOException {
    this.progress = requireNonNull(progress, "progress is null");
    Programs programs = Programs.obtain(settings, progress);
    Path disk = new KubeDisk(settings, programs).make(progress);
    this.chart = settings.directory().resolve("chart");
    Trees.delete(chart);
    Trees.copy(settings.projectRoot().resolve("charts/mooring"), chart);
    this.lab = add(Lab.start(settings, progress, LabShape.kubernetes(Lab.WORKERS, disk)));
    try {
      Path sockets = Files.createTempDirectory("mooring-kube");
      parts.push(() -> Trees.delete(sockets));
      this.nodes =
          IntStream.rangeClosed(1, lab.workers())
              .mapToObj(n -> new KubeNode(lab.worker(n)))
              .toList();
      this.agent = new AgentHost(lab.storage());
      this.toAgent = add(lab.storage().shell().forwardTcp("127.0.0.1", AgentHost.PORT));
      ControlPlane controlPlane = startControlPlane(settings, programs, sockets);
      this.kubectl = controlPlane.start();
      this.helm = new Kubectl(programs.file("helm"), kubectl.kubeconfig());
      join(controlPlane);
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Brings everything up but Mooring; see {@link MooringRelease} for that. */
  public static KubeLab start(LabSettings settings, Progress progress) {
    try {
      return new KubeLab(settings, progress);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private <T extends AutoCloseable> T add(T part) {
    parts.push(part);
    return part;
  }

  private ControlPlane startControlPlane(LabSettings settings, Programs programs, Path sockets)
      throws IOException {
    progress.say("kubernetes: starting the control plane, " + Programs.KUBERNETES);
    Path egress = sockets.resolve("egress.sock");
    add(
        new EgressProxy(
            egress,
            nodes.stream()
                .map(KubeNode::vm)
                .collect(Collectors.toMap(KubeNode::address, Function.identity()))));
    return add(
        new ControlPlane(
            programs,
            settings.directory().resolve("control-plane"),
            egress,
            nodes.stream().map(KubeNode::name).toList()));
  }

  private void join(ControlPlane controlPlane) {
    progress.say("kubernetes: nodes join");
    Together.run(nodes.stream().<Runnable>map(node -> () -> join(node, controlPlane)).toList());
    await(
        "both nodes Ready",
        NODES_READY,
        () ->
            kubectl.check(
                "get",
                "nodes",
                "-o=jsonpath={.items[*].status.conditions[?(@.type=='Ready')].status}"),
        "True True"::equals);
    progress.say("kubernetes: nodes are ready");
  }

  private static void join(KubeNode node, ControlPlane controlPlane) {
    try {
      node.join(controlPlane.kubeconfigOfNode(node.name()), controlPlane.kubeconfigOfProxy());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Looks until something is as it should be.
   *
   * @return what was seen last
   * @throws Failure DEADLINE_EXCEEDED with what was seen instead
   */
  public static String await(
      String what, Duration limit, Supplier<String> look, Function<String, Boolean> good) {
    String[] last = {""};
    boolean reached =
        LOOK.until(
            Deadline.after(limit),
            () -> {
              last[0] = look.get();
              return good.apply(last[0]);
            });
    if (!reached) {
      throw Failure.deadlineExceeded(
          "waited %d s for: %s; last seen: %s".formatted(limit.toSeconds(), what, last[0]));
    }
    return last[0];
  }

  public Lab lab() {
    return lab;
  }

  public Progress progress() {
    return progress;
  }

  /** The chart as it was when the lab was started. */
  Path chart() {
    return chart;
  }

  /** As the cluster's administrator. */
  public Kubectl kubectl() {
    return kubectl;
  }

  /** As the cluster's administrator. */
  public Kubectl helm() {
    return helm;
  }

  public AgentHost agent() {
    return agent;
  }

  /** The agent's image, which no node has at first: it is a service of the storage host. */
  Path agentImage() throws IOException {
    Path directory = lab.settings().directory();
    Path archive = lab.settings().projectRoot().resolve("e2e/target/images/mooring-agent.tar");
    Path bundle = directory.resolve("agent-image.tar");
    new ImageBundle(new HostTool(directory.resolve("agent-image.log")))
        .write(List.of(archive), directory.resolve("bundle"), bundle);
    return bundle;
  }

  /** Where pods reach the agent. */
  String agentEndpoint() {
    return LabShape.HOST_SEEN_BY_VMS + ":" + toAgent.address().getPort();
  }

  /** A node, counted from 1. */
  public KubeNode node(int number) {
    return nodes.get(number - 1);
  }

  public List<KubeNode> nodes() {
    return nodes;
  }

  /** What all VMs hold now. */
  public Inventory inventory() {
    return Inventory.of(agent.vm(), nodes.stream().map(KubeNode::vm).toList());
  }

  /** The VM of the node of that name. */
  public VirtualMachine vm(String node) {
    return lab.machine(node);
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        progress.say("lab: something did not end well: " + e);
      }
    }
  }
}
