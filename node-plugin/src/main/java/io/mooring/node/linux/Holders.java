package io.mooring.node.linux;

import java.util.List;

/** Who keeps a device in use: the diagnosis behind "busy", and the proof that a mount is gone. */
public interface Holders {
  /**
   * Every process with the device open, every mount namespace with it mounted, every device on top
   * of it. Reads {@code /proc} and {@code /sys} only, so it does not touch the device; processes
   * that end meanwhile are left out.
   */
  List<Holder> of(DeviceNumber device);

  /**
   * One holder per mount namespace, the host's own included, that still has the device's file
   * system mounted.
   */
  List<Holder> mountsOf(DeviceNumber device);
}
