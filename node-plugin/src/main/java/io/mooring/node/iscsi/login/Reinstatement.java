package io.mooring.node.iscsi.login;

import io.mooring.node.iscsi.Session;
import io.mooring.node.network.TcpConnection;

/**
 * Makes a target end a session that it cannot hear any more. Before that has happened no command of
 * the session may be sent again over another path: what of the first attempt still waits in a queue
 * between here and there would be written later, over what was written since. The packets of a
 * write hold the writer's own page, not a copy of it; those that wait for an ARP answer while a
 * cable is out are sent with whatever the page holds when it is back.
 */
@FunctionalInterface
public interface Reinstatement {
  /**
   * Begins a login that ends the session, and does not wait for it.
   *
   * @param via a connection of another session with the same target, over which it is heard
   */
  EndingLogin begin(Session session, TcpConnection via);
}
