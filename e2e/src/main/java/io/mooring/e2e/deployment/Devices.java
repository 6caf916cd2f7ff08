package io.mooring.e2e.deployment;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.qemu.VirtualMachine;
import java.util.List;

/** The kernel's objects behind a WWID on a worker, for tests that spoil them. */
public final class Devices {
  private final VirtualMachine vm;
  private final String wwid;

  /**
   * @param wwid as dm-multipath writes it
   */
  public Devices(VirtualMachine vm, String wwid) {
    this.vm = requireNonNull(vm, "vm is null");
    this.wwid = requireNonNull(wwid, "wwid is null");
  }

  /** The addresses of its disks, {@code 3:0:0:1}. */
  public List<String> disks() {
    return vm.shell()
        .check(
            """
            for d in /sys/class/scsi_device/*; do
              read -r wwid < $d/device/wwid
              [ "$wwid" = naa.%s ] && echo ${d##*/}
            done 2>/dev/null
            true
            """
                .formatted(wwid.substring(1)))
        .lines()
        .filter(line -> !line.isBlank())
        .sorted()
        .toList();
  }

  /** The state of a disk, {@code running}. */
  public String state(String disk) {
    return vm.shell().check("cat /sys/class/scsi_device/" + disk + "/device/state").strip();
  }

  /** Sets a disk offline, or running. */
  public void setState(String disk, String state) {
    vm.shell().check("echo %s > /sys/class/scsi_device/%s/device/state".formatted(state, disk));
  }

  /** The recovery time of the session that a disk is on. */
  public String recoveryTime(String disk) {
    return vm.shell().check("cat " + recoveryTimeFile(disk)).strip();
  }

  /** Changes it, by hand. */
  public void setRecoveryTime(String disk, String seconds) {
    vm.shell().check("echo %s > %s".formatted(seconds, recoveryTimeFile(disk)));
  }

  private static String recoveryTimeFile(String disk) {
    return "/sys/class/iscsi_host/host%s/device/session*/iscsi_session/session*/recovery_tmo"
        .formatted(disk.substring(0, disk.indexOf(':')));
  }

  /** Whether the map is there. */
  public boolean hasMap() {
    return vm.shell().run("test -e /dev/mapper/" + wwid).succeeded();
  }

  /** Suspends the map, behind everybody's back. */
  public void suspend() {
    vm.shell().check("dmsetup suspend " + wwid);
  }

  /** Whether the map is suspended. */
  public boolean isSuspended() {
    return vm.shell()
        .check(
            "cat /sys/block/$(basename $(readlink -f /dev/mapper/%s))/dm/suspended".formatted(wwid))
        .strip()
        .equals("1");
  }
}
