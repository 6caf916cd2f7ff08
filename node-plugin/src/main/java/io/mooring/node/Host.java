package io.mooring.node;

import static java.util.Objects.requireNonNull;

import io.mooring.node.cgroup.KubePods;
import io.mooring.node.crypt.Cryptsetup;
import io.mooring.node.fs.HostFileSystems;
import io.mooring.node.fs.HostFsids;
import io.mooring.node.fs.HostMounts;
import io.mooring.node.iscsi.OpenIscsi;
import io.mooring.node.iscsi.SessionControl;
import io.mooring.node.iscsi.SysfsSessionControl;
import io.mooring.node.linux.BootId;
import io.mooring.node.linux.DeviceEvents;
import io.mooring.node.linux.HostDeviceNodes;
import io.mooring.node.linux.KernelEvents;
import io.mooring.node.linux.MountTable;
import io.mooring.node.linux.ProcHolders;
import io.mooring.node.linux.Sysfs;
import io.mooring.node.linux.SysfsWriter;
import io.mooring.node.linux.UdevDatabase;
import io.mooring.node.multipath.DropIn;
import io.mooring.node.multipath.Multipathd;
import io.mooring.node.multipath.MultipathdMaps;
import io.mooring.node.network.KernelNetwork;
import io.mooring.node.network.Network;
import io.mooring.node.scsi.SysfsDisks;
import io.mooring.node.selftest.HostPaths;
import io.mooring.node.selftest.SelfTest;
import io.mooring.node.volume.Devices;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.host.HostNamespace;
import java.nio.file.Path;

/** The real host: every device interface with its implementation. */
record Host(
    Devices devices,
    SelfTest selfTest,
    DropIn dropIn,
    SessionControl sessionControl,
    Network network,
    DeviceEvents events) {
  private static final Path PROC = Path.of("/proc");
  private static final Path WWIDS = Path.of("/etc/multipath/wwids");
  private static final Path UDEV_RECORDS = Path.of("/run/udev/data");

  Host {
    requireNonNull(devices, "devices is null");
    requireNonNull(selfTest, "selfTest is null");
    requireNonNull(dropIn, "dropIn is null");
    requireNonNull(sessionControl, "sessionControl is null");
    requireNonNull(network, "network is null");
    requireNonNull(events, "events is null");
  }

  static Host of(String initiatorName, HostNamespace namespace, CommandRunner commands) {
    Sysfs sysfs = new Sysfs(Path.of("/sys"));
    HostDeviceNodes nodes = new HostDeviceNodes();
    ProcHolders holders = new ProcHolders(PROC, sysfs, nodes);
    Multipathd multipathd = new Multipathd(Multipathd.ABSTRACT_NAME, Multipathd.PATH_NAME);
    MultipathdMaps maps = new MultipathdMaps(multipathd, sysfs, WWIDS, commands);
    Devices devices =
        new Devices(
            new OpenIscsi(initiatorName, sysfs, OpenIscsi.Paths.standard(), commands),
            new SysfsDisks(sysfs, commands, holders),
            maps,
            new HostFileSystems(sysfs, nodes, commands),
            new HostFsids(sysfs, commands),
            new Cryptsetup(sysfs, commands),
            new HostMounts(new MountTable(PROC, nodes), commands),
            new UdevDatabase(UDEV_RECORDS),
            nodes,
            holders,
            new KubePods(
                new Sysfs(namespace.root().resolve("sys")), new SysfsWriter(sysfs, commands)),
            BootId.ofKernel(PROC));
    return new Host(
        devices,
        new SelfTest(sysfs, HostPaths.standard(namespace.root()), commands, maps),
        new DropIn(DropIn.FILE, multipathd, maps),
        new SysfsSessionControl(sysfs, initiatorName),
        new KernelNetwork(),
        new KernelEvents());
  }
}
