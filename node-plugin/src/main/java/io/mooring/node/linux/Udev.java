package io.mooring.node.linux;

import java.util.Map;
import java.util.Optional;

/** What udevd has recorded about block devices ({@code /run/udev/data}). */
public interface Udev {
  /**
   * The properties of a device that udevd has finished with, such as {@code ID_SERIAL} or {@code
   * DM_NAME}; empty while there is no record.
   */
  Optional<Map<String, String>> block(DeviceNumber device);
}
