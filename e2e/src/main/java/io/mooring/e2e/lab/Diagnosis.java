package io.mooring.e2e.lab;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.guest.GuestResult;
import io.mooring.e2e.lab.qemu.VirtualMachine;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** What a person looks at after a failed test: journal, kernel log, block devices of each VM. */
public final class Diagnosis {
  private static final Duration LIMIT_EACH = Duration.ofSeconds(30);
  private static final Map<String, String> COMMON =
      Map.of(
          "journal.txt", "journalctl --no-pager -b -o short-precise",
          "kernel.txt", "dmesg",
          "processes.txt", "ps axfwww -o pid,stat,wchan:24,etime,args",
          "network.txt", "ip -s address; ss -tnoi; nft list ruleset");
  private static final Map<String, String> WORKER =
      Map.of(
          "multipath.txt", "timeout 10 multipathd show topology; multipathd show paths",
          "block.txt", "lsblk -o NAME,TYPE,SIZE,SERIAL,WWN,STATE,MOUNTPOINTS; dmsetup table",
          "sessions.txt", "timeout 10 iscsiadm -m session -P 1");
  private static final Map<String, String> STORAGE =
      Map.of(
          "lvm.txt", "timeout 10 lvs -a -o +lv_tags; dmsetup table",
          "target.txt", "find /sys/kernel/config/target -maxdepth 6");

  private final Lab lab;

  public Diagnosis(Lab lab) {
    this.lab = requireNonNull(lab, "lab is null");
  }

  /**
   * Collects below {@code diagnosis/<name>} in the lab's directory and says where. A VM that does
   * not answer has a file that says so; its console is there in any case.
   */
  public Path collect(String name) {
    Path home =
        lab.settings().directory().resolve("diagnosis").resolve(name.replaceAll("[^\\w.-]", ""));
    for (VirtualMachine machine : lab.machines()) {
      try {
        collect(machine, Files.createDirectories(home.resolve(machine.name())));
      } catch (IOException e) {
        System.out.println("diagnosis: could not be written: " + e);
      }
    }
    System.out.println("diagnosis: state of the VMs is in " + home);
    return home;
  }

  private static void collect(VirtualMachine machine, Path home) throws IOException {
    Files.copy(machine.console(), home.resolve("console.txt"), StandardCopyOption.REPLACE_EXISTING);
    Map<String, String> scripts = new TreeMap<>(COMMON);
    scripts.putAll(machine.number() == 0 ? STORAGE : WORKER);
    for (Map.Entry<String, String> script : scripts.entrySet()) {
      Path file = home.resolve(script.getKey());
      try {
        GuestResult result = machine.shell().run(script.getValue(), Deadline.after(LIMIT_EACH));
        Files.writeString(file, result.stdout() + result.stderr());
      } catch (Failure e) {
        Files.writeString(file, e.sentence() + "\n");
        return;
      }
    }
  }
}
