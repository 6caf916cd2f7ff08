package io.mooring.node.linux;

import java.time.Duration;

/**
 * Tells when something may have changed about the devices that paths are made of. Only a hint: the
 * kernel forgets what it cannot deliver. Used by one thread.
 */
public interface DeviceEvents extends AutoCloseable {
  /**
   * Waits until something happens to an iSCSI session, a disk on one, or a device-mapper device.
   *
   * @return whether it did within that time
   * @throws io.mooring.runtime.failure.Failure UNAVAILABLE when the kernel does not tell
   */
  boolean await(Duration atMost);

  @Override
  void close();
}
