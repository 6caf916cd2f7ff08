package io.mooring.e2e.suite;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.lab.guest.GuestShell;

/**
 * A storage host with a new system and the disks of before, and the steps of docs/operations.md
 * ("When its system disk was lost") that bring it back: the same commands, in the same order.
 */
final class NewSystem {
  private static final String CERTIFICATES = "/root/tls";

  private final AgentHost host;

  NewSystem(AgentHost host) {
    this.host = requireNonNull(host, "host is null");
  }

  private GuestShell shell() {
    return host.vm().shell();
  }

  /** Whether anything of an agent is here. */
  boolean knowsNothing() {
    return shell()
        .run(
            """
            for place in /etc/mooring /var/lib/mooring-agent /etc/systemd/system/mooring-agent.service \
                /sys/kernel/config/target; do
              test ! -e $place || exit 1
            done
            """)
        .succeeded();
  }

  /** Step 1. */
  void keepNodesOut() {
    shell()
        .check(
            """
            set -e
            nft add table inet mooring-rebuild
            nft add chain inet mooring-rebuild input '{ type filter hook input priority -10; }'
            nft add rule inet mooring-rebuild input tcp dport 3260 drop
            """);
  }

  /** Step 2: the volume group; the first line only tells whether there is more to do. */
  void activate() {
    shell()
        .check(
            """
            set -e
            vgs -o vg_name,vg_uuid,vg_exported,vg_systemid mooring
            vgchange -ay mooring
            lvs -o lv_name,lv_active,lv_health_status,lv_tags mooring
            """);
  }

  /** Step 3: the file system of the directory pool. */
  void mount() {
    shell()
        .check(
            """
            set -e
            vgchange -ay foreign
            echo "UUID=$(blkid -o value -s UUID /dev/foreign/directory) /srv/pool xfs defaults,noatime 0 0" >> /etc/fstab
            mount /srv/pool
            cat /srv/pool/mooring/.mooring-pool
            """);
  }

  /** Steps 4 and 5: what was kept elsewhere, then the agent, which starts. */
  void install() {
    shell().check("mkdir -p /etc/mooring " + CERTIFICATES);
    host.configure("");
    host.certificates(CERTIFICATES);
    shell().check("/opt/mooring/deploy/install-agent.sh --tls " + CERTIFICATES);
  }

  /** Step 6: how many publications the pools tell of. */
  int recorded() {
    return Integer.parseInt(
        shell()
            .check(
                """
                (lvs --noheadings -o lv_tags mooring | grep -o mooring.io/node=
                 grep -ho '"nodeUuid"' /srv/pool/mooring/*.json) | wc -l
                """)
            .strip());
  }

  /** Step 6: how many LUNs the kernel serves. */
  int served() {
    return Integer.parseInt(
        shell()
            .check(
                "ls -d /sys/kernel/config/target/iscsi/iqn.2026-01.io.mooring:*/tpgt_1/lun/lun_* | wc -l")
            .strip());
  }

  /** Step 7. */
  void letNodesIn() {
    shell().check("nft delete table inet mooring-rebuild");
  }

  /** Also where the steps were broken off. */
  void end() {
    shell()
        .check(
            """
            nft 'add table inet mooring-rebuild; delete table inet mooring-rebuild'
            mountpoint -q /srv/pool || { vgchange -q -ay foreign && mount /dev/foreign/directory /srv/pool; }
            """);
    host.installAgain();
    host.unit().restart();
  }
}
