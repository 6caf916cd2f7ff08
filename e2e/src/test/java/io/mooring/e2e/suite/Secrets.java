package io.mooring.e2e.suite;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.lab.qemu.VirtualMachine;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** CHAP secrets of one node: given to both sides, and looked for where they must not be. */
final class Secrets {
  private static final String FILE = "/etc/mooring/chap.json";
  private static final String CONFIGFS = "/sys/kernel/config/target/iscsi/";
  private static final Poll LOOK = new Poll(Duration.ofMillis(300), Duration.ofSeconds(1));
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Revisions only go up, also from one run on a lab that is kept to the next. */
  private static final AtomicLong REVISION = new AtomicLong(System.currentTimeMillis() / 1000);

  private final Mooring mooring;
  private final NodeHost node;
  private final List<Pair> given = new ArrayList<>();

  /** What both sides say to each other. */
  record Pair(long revision, String password, String mutualPassword) {
    private String json() {
      return """
      {"revision": %d, "user": "node-of-the-lab", "password": "%s",
       "mutualUser": "target-of-the-lab", "mutualPassword": "%s"}
      """
          .formatted(revision, password, mutualPassword);
    }

    /** The same secrets, said to be newer than all others. */
    Pair saidAnew() {
      return new Pair(REVISION.incrementAndGet(), password, mutualPassword);
    }
  }

  Secrets(Mooring mooring, NodeHost node) {
    this.mooring = requireNonNull(mooring, "mooring is null");
    this.node = requireNonNull(node, "node is null");
  }

  /** New secrets, which nobody has yet. */
  Pair fresh() {
    long revision = REVISION.incrementAndGet();
    Pair pair = new Pair(revision, "known-horse-" + revision, "known-staple-" + revision);
    given.add(pair);
    return pair;
  }

  /** Has the node plugin look at the file of secrets, and ends sessions of other tests. */
  void begin(Pair pair) {
    toController(pair);
    toNode(pair);
    node.configure("chap-file = " + FILE + "\n");
    node.unit().restart();
    node.awaitReady();
    node.logOut();
  }

  /** No CHAP any more on either side. */
  void end() {
    long revision = REVISION.incrementAndGet();
    toController("{\"revision\": %d}".formatted(revision));
    awaitDemand("0");
    node.logOut();
    nodeHasNoFile();
  }

  /** From now on the node knows what the controller tells it, and nothing else. */
  void nodeHasNoFile() {
    node.vm().shell().check("rm -f " + FILE);
    node.configure("");
    node.unit().restart();
    node.awaitReady();
  }

  void toController(Pair pair) {
    toController(pair.json());
  }

  private void toController(String entry) {
    mooring
        .controllerProcess()
        .secrets("{\"nodes\": {\"%s\": %s}}".formatted(node.vm().name(), entry));
  }

  void toNode(Pair pair) {
    node.vm()
        .shell()
        .check(
            "umask 077; cat > %1$s.new <<'END'\n%2$sEND\nmv %1$s.new %1$s"
                .formatted(FILE, pair.json()));
  }

  /** Waits until the storage host asks for these. */
  void awaitTarget(Pair pair) {
    await(
        "the storage host does not ask for revision " + pair.revision(),
        () ->
            storage()
                .shell()
                .run("cat %s*/tpgt_1/acls/*/auth/password".formatted(CONFIGFS))
                .stdout()
                .lines()
                .anyMatch(pair.password()::equals));
  }

  private void awaitDemand(String authentication) {
    String uuid = node.nodeId().substring(node.nodeId().indexOf('/') + 1);
    await(
        "the target does not change its demand",
        () ->
            storage()
                .shell()
                .run(
                    "cat $(dirname $(dirname %s*/tpgt_1/acls/*%s))/attrib/authentication"
                        .formatted(CONFIGFS, uuid))
                .stdout()
                .strip()
                .equals(authentication));
  }

  static void await(String complaint, BooleanSupplier reached) {
    if (!LOOK.until(Deadline.after(PATIENCE), reached)) {
      throw new AssertionError(complaint + " within " + PATIENCE);
    }
  }

  /** What the target of the volume demands: {@code authentication authenticate_target}. */
  String demanded(Attachment attachment) {
    return storage()
        .shell()
        .check(
            "cd %s%s/tpgt_1 && echo $(cat attrib/authentication acls/*/auth/authenticate_target)"
                .formatted(CONFIGFS, attachment.iqn()))
        .strip();
  }

  /** How often the kernel has refused somebody who did not prove himself. */
  int refused(Attachment attachment) {
    return Integer.parseInt(
        storage()
            .shell()
            .check(
                "cat %s%s/fabric_statistics/iscsi_login_stats/authenticate_fails"
                    .formatted(CONFIGFS, attachment.iqn()))
            .strip());
  }

  private VirtualMachine storage() {
    return mooring.agent().vm();
  }

  /** Writes down every command line of the node from now on, as any user of it could. */
  void watchArguments() {
    node.vm()
        .shell()
        .check(
            """
            rm -f /tmp/argv
            nohup timeout 300 sh -c 'while :; do cat /proc/[0-9]*/cmdline | tr "\\0" "\\n"; done 2>/dev/null | grep --line-buffered -a -e [i]scsiadm -e [k]nown- > /tmp/argv' >/dev/null 2>&1 &
            echo $! > /tmp/argv.pid
            """);
  }

  /** The command lines that were seen. */
  String arguments() {
    return node.vm()
        .shell()
        .check("kill $(cat /tmp/argv.pid); sleep 1; cat /tmp/argv; rm -f /tmp/argv /tmp/argv.pid");
  }

  /** Where a secret is that others than root can read, on all machines. */
  List<String> leaks() {
    List<String> leaks = new ArrayList<>();
    for (Pair pair : given) {
      for (String secret : List.of(pair.password(), pair.mutualPassword())) {
        leaks.addAll(leaks(node.vm(), secret));
        leaks.addAll(leaks(storage(), secret));
        leaks.addAll(inControllersLog(secret));
      }
    }
    return leaks;
  }

  private static List<String> leaks(VirtualMachine vm, String secret) {
    return vm.shell()
        .check(
            """
            journalctl --no-pager -a | grep -a -F -m 3 -e %1$s
            dmesg | grep -a -F -m 3 -e %1$s
            find /etc /var /run /tmp -xdev -type f -perm -o=r -size -20M -exec grep -l -a -F -e %1$s {} +
            true
            """
                .formatted(secret))
        .lines()
        .map(line -> vm.name() + ": " + line)
        .toList();
  }

  private List<String> inControllersLog(String secret) {
    try {
      return Files.readAllLines(mooring.controllerProcess().log()).stream()
          .filter(line -> line.contains(secret))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The ids of the node's sessions. */
  List<String> sessions() {
    return node.vm().shell().run("ls /sys/class/iscsi_session").stdout().lines().toList();
  }

  /** The modes of the node's records. */
  String recordModes() {
    return node.vm()
        .shell()
        .check(
            "find /etc/iscsi /var/lib/iscsi -type f -name mooring -path '*/nodes/*' -printf '%m\\n' | sort -u")
        .strip();
  }
}
