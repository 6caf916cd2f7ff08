package io.mooring.node.iscsi;

import io.mooring.node.network.TcpConnection;
import io.mooring.runtime.chap.Chap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Our sessions, as whoever guards their paths sees them and touches them. All of it is the kernel's
 * memory, so nothing blocks; nobody else's session is in the list.
 */
public interface SessionControl {
  /** Our sessions. */
  List<Session> sessions();

  /** The session's TCP connection; empty while it has none. */
  Optional<TcpConnection> connection(Session session);

  /**
   * For how many seconds the kernel holds the session's commands after it lost the connection;
   * empty when the session is gone or it holds them for ever.
   */
  OptionalInt recoverySeconds(Session session);

  /**
   * Sets that time, and reads it back.
   *
   * @return whether it is so now: the kernel refuses while a session is not logged in
   */
  boolean setRecoverySeconds(Session session, int seconds);

  /** Whether the kernel waits for the answer to a command that it sent over the session. */
  boolean hasCommands(Session session);

  /** The secrets that the session was made with; empty for none. */
  Optional<Chap> secrets(Session session);
}
