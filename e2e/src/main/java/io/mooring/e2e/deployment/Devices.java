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

  /** Takes a disk out of the kernel, behind everybody's back. */
  public void delete(String disk) {
    vm.shell().check("echo 1 > /sys/class/scsi_device/" + disk + "/device/delete");
  }

  /** The disks that the map does I/O through. */
  public List<String> slaves() {
    return vm.shell()
        .check(
            """
            for d in /sys/block/$(basename $(readlink -f /dev/mapper/%s))/slaves/*; do
              basename $(readlink -f $d/device)
            done
            """
                .formatted(wwid))
        .lines()
        .sorted()
        .toList();
  }

  /** Puts somebody else's disk among the paths of the map, behind everybody's back. */
  public void addPath(String disk) {
    vm.shell()
        .check(
            """
            set -e
            read -r number < $(echo /sys/class/scsi_device/%2$s/device/block/*/dev)
            table=$(dmsetup table %1$s | awk -v number=$number '{
              for (i = NF; i > 0 && $i != "service-time"; i--);
              $(i + 2)++
              $0 = $0 " " number
              for (n = $(i + 3); n > 0; n--) $0 = $0 " 1"
              print
            }')
            dmsetup load %1$s --table "$table"
            dmsetup resume %1$s
            """
                .formatted(wwid, disk));
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
