package io.mooring.node.guard;

import io.mooring.node.iscsi.Session;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How often a path may be given up: not twice within two seconds, and 20 times in a row, after that
 * once in 15 seconds. A path that flaps for hours is left to the kernel's timers in between.
 */
final class Budget {
  private static final long APART_NANOS = Duration.ofSeconds(2).toNanos();
  private static final int LARGEST = 20;
  private static final long REFILL_NANOS = Duration.ofSeconds(15).toNanos();

  private final Map<String, Account> accounts = new HashMap<>();

  /** What one path has left. */
  private static final class Account {
    private double left = LARGEST;
    private long countedAt;
    private long spentAt;

    private Account(long nanos) {
      countedAt = nanos;
      spentAt = nanos - APART_NANOS;
    }

    private void refill(long nanos) {
      left = Math.min(LARGEST, left + (nanos - countedAt) / (double) REFILL_NANOS);
      countedAt = nanos;
    }
  }

  boolean allows(Session path, long nanos) {
    Account account = account(path, nanos);
    account.refill(nanos);
    return account.left >= 1 && nanos - account.spentAt >= APART_NANOS;
  }

  void spend(Session path, long nanos) {
    Account account = account(path, nanos);
    account.left -= 1;
    account.spentAt = nanos;
  }

  private Account account(Session path, long nanos) {
    // Sessions come and go; a path is where it leads to.
    return accounts.computeIfAbsent(
        path.iqn() + " " + path.persistentPortal(), key -> new Account(nanos));
  }
}
