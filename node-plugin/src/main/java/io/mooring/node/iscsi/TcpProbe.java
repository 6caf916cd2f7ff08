package io.mooring.node.iscsi;

import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connects and hangs up. */
final class TcpProbe implements PortalProbe {
  private static final Logger LOG = LoggerFactory.getLogger(TcpProbe.class);

  @Override
  public boolean answers(Portal portal, Deadline deadline) {
    int millis = Math.clamp(deadline.remainingMillis(), 1, 60_000);
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(portal.address(), portal.port()), millis);
      return true;
    } catch (IOException e) {
      LOG.debug("portal {} does not answer: {}", portal, e.toString());
      return false;
    }
  }
}
