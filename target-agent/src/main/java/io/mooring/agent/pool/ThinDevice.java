package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A thin device as the kernel knows it.
 *
 * @param pool major and minor of its pool's device, {@code 254:3}
 * @param id its number in the pool
 */
record ThinDevice(String pool, long id) {
  /** Start, length, target, pool, number; the name of an external origin may follow. */
  private static final Pattern TABLE = Pattern.compile("0 \\d+ thin (\\d+:\\d+) (\\d{1,8})( .*)?");

  /** Start, length, target, sectors that are mapped, the highest of them or a dash. */
  private static final Pattern STATUS = Pattern.compile("0 \\d+ thin (\\d{1,18}) (\\d+|-)");

  private static final int SECTOR = 512;

  ThinDevice {
    requireNonNull(pool, "pool is null");
  }

  /**
   * From what {@code dmsetup status} says of a device (the kernel's thin-provisioning.rst).
   *
   * @throws Failure FAILED_PRECONDITION when that is no thin device that works
   */
  static long mappedBytes(String name, String status) {
    Matcher matcher = STATUS.matcher(status.strip());
    if (!matcher.matches()) {
      throw Failure.failedPrecondition(
          "%s is no thin device in order but \"%s\"; look at dmsetup status and lvs on this host"
              .formatted(name, status.strip()));
    }
    return Long.parseLong(matcher.group(1)) * SECTOR;
  }

  /**
   * From what {@code dmsetup table} says of a device.
   *
   * @throws Failure FAILED_PRECONDITION when that is no thin device
   */
  static ThinDevice parse(String name, String table) {
    Matcher matcher = TABLE.matcher(table.strip());
    if (!matcher.matches()) {
      throw Failure.failedPrecondition(
          "%s is no thin device but \"%s\"; look at dmsetup table and lvs on this host"
              .formatted(name, table.strip()));
    }
    return new ThinDevice(matcher.group(1), Long.parseLong(matcher.group(2)));
  }
}
