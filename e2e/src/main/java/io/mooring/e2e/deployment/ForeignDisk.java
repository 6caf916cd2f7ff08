package io.mooring.e2e.deployment;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.qemu.VirtualMachine;
import io.mooring.e2e.lab.tool.Resources;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;

/**
 * Somebody else's LUN on the same storage host: own target, own initiator name, default interface,
 * a multipath map with a mounted file system. It stands for everything that Mooring must not touch.
 */
public final class ForeignDisk {
  public static final String WWID = "360014050f0e0d0c0b0a0908070605040";

  /** Two logins and a file system, on a machine that has just started. */
  private static final Duration START = Duration.ofMinutes(3);

  private final VirtualMachine storage;
  private final VirtualMachine worker;

  private ForeignDisk(VirtualMachine storage, VirtualMachine worker) {
    this.storage = requireNonNull(storage, "storage is null");
    this.worker = requireNonNull(worker, "worker is null");
  }

  /** Makes the disk and attaches it; comes back by itself when either VM starts again. */
  public static ForeignDisk install(VirtualMachine storage, VirtualMachine worker) {
    service(storage, "foreign-storage", "After=lab-setup.service");
    service(worker, "foreign-worker", "After=lab-setup.service multipathd.service iscsid.socket");
    return new ForeignDisk(storage, worker);
  }

  private static void service(VirtualMachine vm, String name, String ordering) {
    vm.shell().write("/usr/local/sbin/" + name, Resources.text(ForeignDisk.class, name + ".sh"));
    vm.shell()
        .write(
            "/etc/systemd/system/" + name + ".service",
            """
            [Unit]
            %s
            [Service]
            Type=oneshot
            RemainAfterExit=yes
            ExecStart=/bin/bash /usr/local/sbin/%s
            [Install]
            WantedBy=multi-user.target
            """
                .formatted(ordering, name));
    vm.shell()
        .check("systemctl daemon-reload && systemctl enable --now " + name, Deadline.after(START));
  }

  /** Everything about it that must stay as it is, in one text to be compared. */
  public String view() {
    return worker
            .shell()
            .check(
                """
                set -e
                for s in /sys/class/iscsi_session/session*; do
                  read -r iface < $s/ifacename
                  [ $iface = default ] && echo "session $(cat $s/targetname) $(cat $s/state)"
                done
                dmsetup table %1$s | sed 's/[0-9]*:[0-9]*/dev/g'
                multipathd show map %1$s format "%%n %%w %%Q %%N %%S %%f %%t"
                cat /etc/multipath/wwids | grep %1$s
                iscsiadm -m node -T iqn.2020-01.org.example:theirs | sort
                mount | grep /mnt/theirs
                sha256sum < /mnt/theirs/content
                """
                    .formatted(WWID))
        + "\n"
        + storage
            .shell()
            .check(
                """
                cd /sys/kernel/config/target
                find core/iblock_0/theirs iscsi/iqn.2020-01.org.example:theirs -maxdepth 4 | sort
                lvs --noheadings -o lv_name,lv_size,lv_attr foreign
                """);
  }
}
