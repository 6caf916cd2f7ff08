package io.mooring.e2e.lab.qemu;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What a VM is made of.
 *
 * @param name host name, and directory of its files
 * @param role {@code storage} or {@code worker}; decides what the VM's start scripts do
 * @param number 0 for the storage VM, 1.. for workers
 * @param memoryMiB guest memory
 * @param reachesHost whether the VM can connect to ports of this machine, as 10.0.2.2
 * @param maskedUnits systemd units that do not start in this VM
 */
public record VmSpec(
    String name,
    String role,
    int number,
    int memoryMiB,
    boolean reachesHost,
    List<String> maskedUnits,
    List<Disk> disks,
    List<Cable> cables) {
  public VmSpec {
    requireNonNull(name, "name is null");
    requireNonNull(role, "role is null");
    maskedUnits = List.copyOf(maskedUnits);
    disks = List.copyOf(disks);
    cables = List.copyOf(cables);
  }
}
