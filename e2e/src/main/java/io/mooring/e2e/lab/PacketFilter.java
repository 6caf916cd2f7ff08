package io.mooring.e2e.lab;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.guest.GuestShell;
import io.mooring.e2e.lab.qemu.StoragePath;
import java.util.List;

/** Loses packets of a portal in the storage VM, with a table of nftables for each path. */
final class PacketFilter {
  private final GuestShell storage;

  PacketFilter(GuestShell storage) {
    this.storage = requireNonNull(storage, "storage is null");
  }

  /** Drops what these workers send to the portal, and what it sends to them. */
  void drop(StoragePath path, List<Integer> workers) {
    restore(path);
    storage.check("nft -f - <<'END'\n" + rules(path, workers) + "END");
  }

  void restore(StoragePath path) {
    storage.check("nft '" + removal(path) + "'");
  }

  void restoreAll() {
    storage.check("nft '" + removal(StoragePath.A) + "; " + removal(StoragePath.B) + "'");
  }

  /** `add` first: deleting a table that is not there is an error. */
  private static String removal(StoragePath path) {
    return "add table inet %1$s; delete table inet %1$s".formatted(table(path));
  }

  static String rules(StoragePath path, List<Integer> workers) {
    String peers = String.join(", ", workers.stream().map(path::workerAddress).toList());
    return """
    table inet %1$s {
      chain from-workers {
        type filter hook input priority -10;
        ip saddr { %3$s } ip daddr %2$s tcp dport 3260 drop
      }
      chain to-workers {
        type filter hook output priority -10;
        ip daddr { %3$s } ip saddr %2$s tcp sport 3260 drop
      }
    }
    """
        .formatted(table(path), path.storageAddress(), peers);
  }

  private static String table(StoragePath path) {
    return "lab-" + path.letter();
  }
}
