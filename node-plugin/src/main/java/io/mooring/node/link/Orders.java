package io.mooring.node.link;

import io.mooring.link.v1.ControllerMessage;

/** Does what the controller says. */
@FunctionalInterface
public interface Orders {
  /**
   * Called on the stream, one message at a time and in order. What takes time is done elsewhere:
   * the stream waits.
   */
  void obey(ControllerMessage message);
}
