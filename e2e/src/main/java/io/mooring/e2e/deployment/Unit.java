package io.mooring.e2e.deployment;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.qemu.VirtualMachine;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/** A systemd service of Mooring's inside a VM, and the ways in which a test mistreats it. */
public final class Unit {
  private static final Duration START = Duration.ofMinutes(4);
  private static final String FAIL_POINT_FILE = "/run/mooring-fail-point";

  private final VirtualMachine vm;
  private final String name;

  Unit(VirtualMachine vm, String name) {
    this.vm = requireNonNull(vm, "vm is null");
    this.name = requireNonNull(name, "name is null");
  }

  /** Installs the unit file that is shipped in deploy/, with the lab's fail points switched on. */
  void install() {
    vm.shell()
        .check(
            """
            set -e
            install -D -m 644 /opt/mooring/deploy/%1$s.service /etc/systemd/system/%1$s.service
            mkdir -p /etc/systemd/system/%1$s.service.d
            printf '[Service]\\nEnvironment=MOORING_FAIL_POINT_FILE=%2$s\\n' > /etc/systemd/system/%1$s.service.d/lab.conf
            systemctl --quiet --no-reload enable %1$s
            systemctl daemon-reload
            """
                .formatted(name, FAIL_POINT_FILE));
  }

  /** Gives the process one more environment variable from its next start on: {@code NAME=value}. */
  public void environment(String assignment) {
    vm.shell()
        .check(
            """
            printf '[Service]\\nEnvironment="%%s"\\n' '%2$s' > /etc/systemd/system/%1$s.service.d/environment.conf
            systemctl daemon-reload
            """
                .formatted(name, assignment));
  }

  /** Gives the service another command from its next start on. */
  void runFrom(String command) {
    vm.shell()
        .check(
            """
            printf '[Service]\\nExecStart=\\nExecStart=%%s\\n' '%2$s' > /etc/systemd/system/%1$s.service.d/command.conf
            systemctl daemon-reload
            """
                .formatted(name, command));
  }

  public void start() {
    vm.shell().check("systemctl start " + name, Deadline.after(START));
  }

  public void restart() {
    vm.shell().check("systemctl restart " + name, Deadline.after(START));
  }

  /** What `kill -9` does: no clean-up, no answer. systemd starts the process again. */
  public void kill() {
    vm.shell().check("systemctl kill --kill-whom=main --signal=KILL " + name);
  }

  public void stop() {
    vm.shell().check("systemctl stop " + name, Deadline.after(START));
  }

  /** Lets the process die at the named point, once. */
  public void dieAt(String failPoint) {
    vm.shell().check("printf %s '" + failPoint + "' > " + FAIL_POINT_FILE);
  }

  /** Whether a fail point is still armed, that is, was not passed. */
  public boolean armed() {
    return vm.shell().run("test -e " + FAIL_POINT_FILE).succeeded();
  }

  /** Takes an armed fail point back. */
  public void disarm() {
    vm.shell().check("rm -f " + FAIL_POINT_FILE);
  }

  /** The last lines of its journal. */
  public String journal(int lines) {
    return vm.shell().check("journalctl --no-pager -o cat -u " + name + " -n " + lines);
  }

  /** Of the main process. */
  public ResidentMemory memory() {
    return ResidentMemory.of(
        vm.shell().check("cat /proc/$(systemctl show -P MainPID %s)/status".formatted(name)));
  }

  /** The CPU time that its processes have taken, children included. */
  public Duration cpuTime() {
    String micros =
        vm.shell()
            .check(
                "awk '/^usage_usec/ {print $2}' /sys/fs/cgroup$(systemctl show -P ControlGroup %s)/cpu.stat"
                    .formatted(name));
    return Duration.of(Long.parseLong(micros.strip()), ChronoUnit.MICROS);
  }
}
