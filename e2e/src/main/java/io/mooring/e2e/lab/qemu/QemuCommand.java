package io.mooring.e2e.lab.qemu;

import io.mooring.e2e.lab.image.GoldenImage;
import java.util.ArrayList;
import java.util.List;

/** QEMU's command line for a VM of the lab. */
final class QemuCommand {
  static final String PROGRAM = "qemu-system-x86_64";

  /** Where lab-shell listens in the VM. */
  private static final int SHELL_PORT = 2022;

  private static final String MGMT_MAC = "52:54:00:00:00:01";

  private QemuCommand() {}

  /** A machine with nothing in it. */
  static List<String> bareMachine(Accelerator accelerator) {
    List<String> argv = new ArrayList<>();
    argv.addAll(List.of(PROGRAM, "-nodefaults", "-no-user-config"));
    argv.addAll(List.of("-display", "none", "-machine", "q35"));
    argv.addAll(accelerator.options());
    return argv;
  }

  static List<String> of(VmSpec spec, VmFiles files, GoldenImage image, Accelerator accelerator) {
    List<String> argv = new ArrayList<>(bareMachine(accelerator));
    argv.addAll(List.of("-name", spec.name(), "-smp", "2", "-m", String.valueOf(spec.memoryMiB())));
    argv.addAll(List.of("-kernel", image.kernel().toString()));
    argv.addAll(List.of("-initrd", image.initrd().toString()));
    argv.addAll(List.of("-append", String.join(" ", kernelWords(spec))));
    argv.addAll(List.of("-serial", "file:" + value(files.console())));
    argv.addAll(List.of("-qmp", "unix:" + value(files.qmp()) + ",server=on,wait=off"));
    argv.addAll(List.of("-fw_cfg", "name=opt/mooring/token,file=" + value(files.token())));
    // Without it a VM that has just started blocks on its first random number.
    argv.addAll(List.of("-device", "virtio-rng-pci"));
    argv.addAll(List.of("-device", "virtio-scsi-pci,id=scsi"));
    spec.disks().forEach(disk -> addDisk(argv, disk));
    // restrict: the VM reaches nothing but what reaches it. Port 0: the system picks a free one.
    String restrict = spec.reachesHost() ? "off" : "on";
    String forward = "hostfwd=tcp:127.0.0.1:0-:" + SHELL_PORT;
    addCard(argv, "mgmt", "user,id=mgmt,restrict=" + restrict + "," + forward, MGMT_MAC);
    for (Cable cable : spec.cables()) {
      String wire =
          "stream,id=%s,server=%s,addr.type=unix,addr.path=%s"
              .formatted(cable.id(), cable.listens() ? "on" : "off", value(cable.socket()));
      addCard(argv, cable.id(), wire, cable.mac());
    }
    return argv;
  }

  private static List<String> kernelWords(VmSpec spec) {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("console=ttyS0", "quiet", "loglevel=4", "panic=5"));
    // What a test machine need not do: work around processor faults, search for a hibernated
    // image, check its file system, have security modules, test its ciphers. SELinux keeps out of
    // everything until a test gives a worker a policy.
    words.addAll(List.of("mitigations=off", "noresume", "fsck.mode=skip", "audit=0"));
    // What was translated for a program serves its next start only at the same addresses.
    words.add("norandmaps");
    words.addAll(List.of("cryptomgr.notests", "random.trust_cpu=on"));
    words.add("lsm=" + (spec.role().equals("worker") ? "selinux" : "capability"));
    // A busy machine holds a VM up for seconds, which is no reason to distrust its timers.
    words.addAll(List.of("no_timer_check", "nowatchdog", "rcupdate.rcu_cpu_stall_suppress=1"));
    words.add("net.ifnames=0");
    words.add("systemd.hostname=" + spec.name());
    words.add("systemd.machine_id=%032x".formatted(0x6d6f6f72L * 0x100 + spec.number()));
    spec.maskedUnits().forEach(unit -> words.add("systemd.mask=" + unit));
    words.add("lab.role=" + spec.role());
    words.add("lab.number=" + spec.number());
    return words;
  }

  private static void addDisk(List<String> argv, Disk disk) {
    String drive =
        "if=none,id=%s,file=%s,format=%s"
            .formatted(disk.serial(), value(disk.file()), disk.format());
    // cache=unsafe: a power cut of the VM loses nothing that the VM had sent; only a crash of this
    // machine would, and then the lab starts anew anyway.
    String mode = disk.readOnly() ? ",readonly=on" : ",cache=unsafe,discard=unmap";
    argv.addAll(List.of("-drive", drive + mode));
    String model = disk.bus() == Disk.Bus.SCSI ? "scsi-hd,bus=scsi.0" : "virtio-blk-pci";
    argv.addAll(
        List.of(
            "-device",
            "%s,id=disk-%s,drive=%s,serial=%s"
                .formatted(model, disk.serial(), disk.serial(), disk.serial())));
  }

  /** Without its ROM, which only serves to boot from a network. */
  private static void addCard(List<String> argv, String id, String netdev, String mac) {
    argv.addAll(List.of("-netdev", netdev));
    argv.addAll(
        List.of(
            "-device",
            "virtio-net-pci,id=card-%s,netdev=%s,mac=%s,romfile=".formatted(id, id, mac)));
  }

  /** QEMU separates options by commas; one inside a value is doubled. */
  private static String value(Object path) {
    return path.toString().replace(",", ",,");
  }
}
