package io.mooring.node.linux;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The kernel's own events of devices (kobject uevents), as udevd gets them. The kernel sends them
 * into the host's network namespace alone.
 */
public final class KernelEvents implements DeviceEvents {
  /** The kernel's group; udevd tells in another one what it has made of it. */
  private static final int KERNEL = 1;

  /** {@code change@/devices/virtual/block/dm-3}, and further lines that end in NUL. */
  private static final Pattern CONCERNS_PATHS =
      Pattern.compile("[a-z]+@/devices/(virtual/block/dm-\\d+|.*/session\\d+(/.*)?)");

  private Optional<Netlink> socket = Optional.empty();

  @Override
  public boolean await(Duration atMost) {
    try {
      if (socket.isEmpty()) {
        socket = Optional.of(Netlink.open(Netlink.KOBJECT_UEVENT, KERNEL));
      }
      return socket.get().awaitNews(atMost, KernelEvents::concernsPaths);
    } catch (IOException e) {
      close();
      throw new Failure(
          Kind.UNAVAILABLE,
          "the kernel does not tell of devices (%s); run the node plugin in the host's network namespace"
              .formatted(e.getMessage()),
          e);
    }
  }

  /** Whether an event is one of a session, of what is on it, or of device-mapper. */
  static boolean concernsPaths(byte[] event) {
    int end = 0;
    while (end < event.length && event[end] != 0) {
      end++;
    }
    return CONCERNS_PATHS.matcher(new String(event, 0, end, StandardCharsets.ISO_8859_1)).matches();
  }

  @Override
  public void close() {
    socket.ifPresent(Netlink::close);
    socket = Optional.empty();
  }
}
