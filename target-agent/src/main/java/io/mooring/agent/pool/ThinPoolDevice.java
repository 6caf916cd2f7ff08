package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A thin pool's device as the kernel has it.
 *
 * @param name of device-mapper
 * @param metadata major and minor of the device with its metadata, {@code 254:1}
 * @param data the same of the one with its data
 * @param metadataSnapshot the block of the metadata that its metadata snapshot begins with; 0 for
 *     none
 * @param writable whether its metadata may be changed
 */
record ThinPoolDevice(
    String name, String metadata, String data, long metadataSnapshot, boolean writable) {
  /** As in the kernel's Documentation/admin-guide/device-mapper/thin-provisioning.rst. */
  private static final Pattern TABLE =
      Pattern.compile("0 \\d+ thin-pool (\\d+:\\d+) (\\d+:\\d+) \\d+ \\d+( .*)?");

  private static final Pattern STATUS =
      Pattern.compile("0 \\d+ thin-pool \\d+ \\d+/\\d+ \\d+/\\d+ (-|\\d{1,18}) (\\S+)( .*)?");

  ThinPoolDevice {
    requireNonNull(name, "name is null");
    requireNonNull(metadata, "metadata is null");
    requireNonNull(data, "data is null");
  }

  /**
   * From what {@code dmsetup table} and {@code dmsetup status} say of it.
   *
   * @throws Failure FAILED_PRECONDITION when that is no thin pool, or one that has failed
   */
  static ThinPoolDevice parse(String name, String table, String status) {
    Matcher devices = TABLE.matcher(table.strip());
    Matcher state = STATUS.matcher(status.strip());
    if (!devices.matches() || !state.matches()) {
      throw Failure.failedPrecondition(
          "%s is no thin pool that works but \"%s\", \"%s\"; look at dmsetup status and lvs on this host"
              .formatted(name, table.strip(), status.strip()));
    }
    String root = state.group(1);
    return new ThinPoolDevice(
        name,
        devices.group(1),
        devices.group(2),
        root.equals("-") ? 0 : Long.parseLong(root),
        !state.group(2).equals("ro"));
  }

  boolean hasMetadataSnapshot() {
    return metadataSnapshot != 0;
  }
}
