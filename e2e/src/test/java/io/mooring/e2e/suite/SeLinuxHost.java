package io.mooring.e2e.suite;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.lab.Lab;
import io.mooring.e2e.lab.guest.GuestResult;
import io.mooring.e2e.lab.guest.GuestShell;
import io.mooring.e2e.lab.tool.HostTool;
import io.mooring.e2e.lab.tool.Resources;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A worker whose SELinux enforces the little policy in {@code selinux.cil}. A policy cannot be
 * taken back, so the worker restarts at the end.
 */
final class SeLinuxHost implements AutoCloseable {
  private static final String POLICY = "/run/selinux.policy";

  /**
   * The kernel takes a policy in one write, and the host's programs ask whether there is a file.
   */
  private static final String ENFORCE =
      """
      set -e
      mkdir -p /etc/selinux
      printf 'SELINUX=permissive\\nSELINUXTYPE=mooring\\n' > /etc/selinux/config
      mountpoint -q /sys/fs/selinux || mount -t selinuxfs selinuxfs /sys/fs/selinux
      dd if=%s of=/sys/fs/selinux/load bs=1M status=none || { dmesg | grep SELinux >&2; exit 1; }
      echo 1 > /sys/fs/selinux/enforce
      """
          .formatted(POLICY);

  private final Lab lab;
  private final NodeHost node;

  private SeLinuxHost(Lab lab, NodeHost node) {
    this.lab = requireNonNull(lab, "lab is null");
    this.node = requireNonNull(node, "node is null");
  }

  /** Compiles the policy and lets it loose on the worker. */
  static SeLinuxHost enforcing(Lab lab, NodeHost node) {
    node.vm().shell().upload(compiled(lab), POLICY, Deadline.after(Duration.ofMinutes(1)));
    SeLinuxHost host = new SeLinuxHost(lab, node);
    try {
      node.vm().shell().check(ENFORCE);
      return host;
    } catch (RuntimeException e) {
      host.close();
      throw e;
    }
  }

  private static Path compiled(Lab lab) {
    Path directory = lab.settings().directory();
    Path source = directory.resolve("selinux.cil");
    Path policy = directory.resolve("selinux.policy");
    try {
      Files.writeString(source, Resources.text(SeLinuxHost.class, "selinux.cil"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // Version 31, which kernels since 4.13 read.
    new HostTool(directory.resolve("tools.log"))
        .run(
            List.of("secilc", "-c", "31", "-o", policy.toString(), "-f", "/dev/null", "" + source),
            Deadline.after(Duration.ofMinutes(1)));
    return policy;
  }

  /** The context of a file, as its file system tells it. */
  String labelOf(String path) {
    return shell().check("stat -L -c %C " + GuestShell.quote(path));
  }

  /** Reads a file in a container with these categories. */
  GuestResult read(String path, String categories) {
    return shell()
        .run(
            "runcon system_u:system_r:container_t:s0:%s cat %s"
                .formatted(categories, GuestShell.quote(path)));
  }

  private GuestShell shell() {
    return node.vm().shell();
  }

  @Override
  public void close() {
    shell().check("rm -rf /etc/selinux");
    lab.reboot(node.vm());
    node.awaitReady();
  }
}
