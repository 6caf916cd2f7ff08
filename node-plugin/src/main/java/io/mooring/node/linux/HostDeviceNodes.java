package io.mooring.node.linux;

import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Looks at device nodes with stat(2), which asks devtmpfs and not the device. Not for paths inside
 * a volume's file system: those may hang.
 */
public final class HostDeviceNodes implements DeviceNodes {
  private static final int TYPE_MASK = 0170000;
  private static final int BLOCK_DEVICE = 0060000;

  @Override
  public Optional<DeviceNumber> at(Path path) {
    try {
      Map<String, Object> attributes = Files.readAttributes(path, "unix:mode,rdev");
      if (!(attributes.get("mode") instanceof Integer mode)
          || !(attributes.get("rdev") instanceof Long rdev)
          || (mode & TYPE_MASK) != BLOCK_DEVICE) {
        return Optional.empty();
      }
      return Optional.of(decode(rdev));
    } catch (AccessDeniedException e) {
      throw Failure.internal(
          "looking at " + path + " is not permitted; run the node plugin as root of the host", e);
    } catch (IOException e) {
      // Nothing there, a dangling link, the descriptor of a process that has ended.
      return Optional.empty();
    }
  }

  /** Takes apart glibc's 64-bit dev_t: minor and major are each stored in two pieces. */
  static DeviceNumber decode(long rdev) {
    long major = ((rdev >> 8) & 0xfff) | ((rdev >> 32) & ~0xfffL);
    long minor = (rdev & 0xff) | ((rdev >> 12) & 0xffffff00L);
    return new DeviceNumber((int) major, (int) minor);
  }
}
