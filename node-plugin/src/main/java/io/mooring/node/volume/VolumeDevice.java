package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.crypt.CryptMapping;
import io.mooring.node.linux.DeviceNumber;
import io.mooring.node.linux.Holder;
import io.mooring.node.linux.Holders;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The device that a volume's content is read and written through: its multipath map, or what lies
 * on the map and decrypts it.
 *
 * @param label for a sentence
 * @param dmName {@code dm-N}; may belong to another device tomorrow
 * @param node its device node, by a name that no other volume's device can get
 */
record VolumeDevice(String label, String dmName, DeviceNumber number, Path node, long sizeBytes) {
  private static final Poll LOOKING = new Poll(Duration.ofMillis(50), Duration.ofSeconds(1));

  VolumeDevice {
    requireNonNull(label, "label is null");
    requireNonNull(dmName, "dmName is null");
    requireNonNull(number, "number is null");
    requireNonNull(node, "node is null");
  }

  static VolumeDevice of(MultipathMap map) {
    return new VolumeDevice(
        map.toString(), map.dmName(), map.number(), map.device(), map.sizeBytes());
  }

  static VolumeDevice of(CryptMapping mapping) {
    return new VolumeDevice(
        mapping.toString(),
        mapping.dmName(),
        mapping.number(),
        mapping.device(),
        mapping.sizeBytes());
  }

  /**
   * For work that must have the device for itself. udev looks at whatever was just made or written,
   * and lets go of it again, so there is some waiting.
   *
   * @throws Failure UNAVAILABLE when somebody has it open all the time, naming who
   */
  void awaitUnused(Holders holders, VolumeId volume, Deadline deadline) {
    List<Holder> users = new ArrayList<>();
    boolean unused =
        LOOKING.until(
            deadline,
            () -> {
              users.clear();
              users.addAll(holders.of(number));
              return users.isEmpty();
            });
    if (!unused) {
      throw Failure.unavailable(
          "%s is to be written to and is in use: %s; it is tried again"
              .formatted(
                  volume, users.stream().map(Holder::toString).collect(Collectors.joining("; "))));
    }
  }

  @Override
  public String toString() {
    return label;
  }
}
