package io.mooring.e2e.deployment;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.qemu.VirtualMachine;
import io.mooring.runtime.rpc.TlsFiles;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The storage VM with mooring-agent on it: one thin pool and one directory pool. */
public final class AgentHost {
  public static final String TARGET = "san1";
  public static final String THIN = "thin";
  public static final String FILE = "file";

  /** Seconds instead of the ten minutes that users have; long enough to be seen. */
  public static final int QUARANTINE_SECONDS = 5;

  /** Where controllers call. */
  public static final int PORT = 9750;

  private final VirtualMachine vm;
  private final Unit unit;
  private @Nullable TlsFiles tls;

  /** The agent that is or will be on this VM. */
  public AgentHost(VirtualMachine vm) {
    this.vm = requireNonNull(vm, "vm is null");
    this.unit = new Unit(vm, "mooring-agent");
  }

  public VirtualMachine vm() {
    return vm;
  }

  public Unit unit() {
    return unit;
  }

  /** Puts pools, certificates, configuration and unit in place. */
  public void install(TlsFiles files) {
    tls = files;
    installAgain();
  }

  /** The same once more, where something of it was changed or lost; needs a restart. */
  public void installAgain() {
    vm.shell()
        .check(
            """
            set -e
            lvs mooring/pool0 >/dev/null 2>&1 || lvcreate -q -y --type thin-pool -Zy -L 6g -n pool0 mooring
            # What is set already is an error to it.
            lvs --noheadings -o lv_when_full mooring/pool0 | grep -q error || lvchange -q --errorwhenfull y mooring/pool0
            mkdir -p /etc/mooring/tls /srv/pool/mooring
            install -D -m 644 /opt/mooring/deploy/61-mooring-loop.rules /etc/udev/rules.d/61-mooring-loop.rules
            udevadm control --reload
            """);
    certificates("/etc/mooring/tls");
    configure("");
    unit.install();
  }

  /** Puts what proves this host's name into a directory of it. */
  public void certificates(String directory) {
    TlsFiles files = requireNonNull(tls, "the agent was never installed");
    put(files.certificate(), directory + "/tls.crt");
    put(files.privateKey(), directory + "/tls.key");
    put(files.authority(), directory + "/ca.crt");
  }

  /**
   * Writes the configuration, which a restart takes over.
   *
   * @param more lines of it, such as another pool
   */
  public void configure(String more) {
    vm.shell().write("/etc/mooring/mooring-agent.conf", configuration() + more);
  }

  private void put(Path file, String path) {
    vm.shell().upload(file, path, Deadline.after(Duration.ofSeconds(30)));
    vm.shell().check("chmod 600 " + path);
  }

  /** Starts it; nothing happens when it runs. */
  public void start() {
    unit.start();
  }

  /** Runs the agent of another tree than {@code /opt/mooring} from now on, as an update does. */
  public void updateTo(String home) {
    unit.runFrom(home + "/bin/mooring-agent --config /etc/mooring/mooring-agent.conf");
    unit.restart();
  }

  private static String configuration() {
    return """
    target-name = %s
    listen = 0.0.0.0:%d
    portals = 10.77.1.1:3260, 10.77.2.1:3260
    lun-quarantine = %ds
    tls.certificate = /etc/mooring/tls/tls.crt
    tls.private-key = /etc/mooring/tls/tls.key
    tls.authority = /etc/mooring/tls/ca.crt
    tls.allowed-clients = mooring-controller
    pool.%s.backend = thin
    pool.%s.volume-group = mooring
    pool.%s.thin-pool = pool0
    pool.%s.backend = file
    pool.%s.directory = /srv/pool/mooring
    """
        .formatted(TARGET, PORT, QUARANTINE_SECONDS, THIN, THIN, THIN, FILE, FILE);
  }
}
