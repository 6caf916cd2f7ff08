package io.mooring.e2e.deployment;

import static java.util.Objects.requireNonNull;

import io.grpc.ManagedChannel;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.NodeClient;
import io.mooring.e2e.lab.guest.SocketForward;
import io.mooring.e2e.lab.qemu.VirtualMachine;
import io.mooring.runtime.rpc.TlsFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.UUID;

/** A worker VM with mooring-node on it. */
public final class NodeHost implements AutoCloseable {
  private static final String SOCKET = "/run/mooring/csi.sock";

  private final VirtualMachine vm;
  private final Unit unit;
  private final SocketForward forward;
  private final ManagedChannel channel;
  private final NodeClient client;
  private String link = "";
  private Duration idleLogout = Duration.ofMinutes(10);
  private String nodeId = "";

  NodeHost(VirtualMachine vm) {
    this.vm = requireNonNull(vm, "vm is null");
    this.unit = new Unit(vm, "mooring-node");
    this.forward = vm.shell().forwardUnixSocket(SOCKET);
    this.channel = LoopbackChannel.to(forward.address().getPort());
    this.client = new NodeClient(channel);
  }

  public VirtualMachine vm() {
    return vm;
  }

  public Unit unit() {
    return unit;
  }

  /** What a kubelet would call, over the plugin's real Unix socket. */
  public NodeClient client() {
    return client;
  }

  /** The port of this machine behind which the plugin's socket lies. */
  public int port() {
    return forward.address().getPort();
  }

  /** The channel below {@link #client}, for other CSI services of the socket. */
  public ManagedChannel channel() {
    return channel;
  }

  /** What the attacher knows from the CSINode object, whether or not the plugin runs now. */
  public synchronized String nodeId() {
    if (nodeId.isEmpty()) {
      nodeId = client.nodeId();
    }
    return nodeId;
  }

  /** Lets the plugin, once it is installed, link to that controller with a token of its own. */
  void linkTo(ControllerProcess controller, TlsFiles tls) {
    String token = UUID.randomUUID() + "-" + UUID.randomUUID();
    controller.admit(vm.name(), token);
    try {
      vm.shell().write("/etc/mooring/link/ca.crt", Files.readString(tls.authority()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    vm.shell().check("umask 077; cat > /etc/mooring/link/token <<< " + token);
    link = "link.address = %s%n".formatted(controller.linkAddress());
  }

  void install(Duration idle) {
    idleLogout = idle;
    configure("");
    unit.install();
  }

  /**
   * Writes the configuration, which a restart takes over.
   *
   * @param more lines of it
   */
  public void configure(String more) {
    vm.shell()
        .write(
            "/etc/mooring/node.conf",
            "node-name = %s%nidle-logout = %ds%n%s%s"
                .formatted(vm.name(), idleLogout.toSeconds(), link, more));
  }

  void start() {
    unit.start();
  }

  /** Waits until the plugin says through Probe that it is ready. */
  public void awaitReady() {
    Readiness.await(channel, "mooring-node on " + vm.name(), () -> unit.journal(20));
  }

  /** Switches the path guard on or off, by a restart of the plugin. */
  public void pathGuard(boolean on) {
    unit.environment("MOORING_PATH_GUARD=" + on);
    unit.restart();
    awaitReady();
  }

  /** How many paths the guard has given up since the VM booted, by its log. */
  public int pathsGivenUp() {
    return said(": given up, I/O goes");
  }

  /**
   * How many paths it left to the kernel since then, as no target confirmed their sessions' end.
   */
  public int endingsUnconfirmed() {
    return said("timers: its target does not confirm");
  }

  private int said(String words) {
    String lines =
        vm.shell()
            .run("journalctl --no-pager -o cat -b -u mooring-node | grep -c '%s'".formatted(words))
            .stdout();
    return Integer.parseInt(lines.strip());
  }

  /** Ends Mooring's sessions, which no volume needs now: the next attach logs in. */
  public void logOut() {
    vm.shell().run("iscsiadm -m node -I mooring --logout; iscsiadm -m node -I mooring -o delete");
  }

  /** Makes the directories that a kubelet makes before it calls. */
  public void prepare(Attachment attachment) {
    vm.shell()
        .check(
            "mkdir -p %s $(dirname %s)"
                .formatted(attachment.stagingPath(), attachment.targetPath()));
  }

  /**
   * How many paths of the volume's map are active and ready, as multipathd sees it: none while it
   * is busy with a path that has just died, and does not answer.
   */
  public int readyPaths(Attachment attachment) {
    return (int)
        vm.shell()
            .run("multipathd show paths raw format '%w %t %o %T'")
            .stdout()
            .lines()
            .filter(line -> line.startsWith(attachment.wwid() + " "))
            .filter(line -> line.endsWith("active running ready"))
            .count();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    forward.close();
  }
}
