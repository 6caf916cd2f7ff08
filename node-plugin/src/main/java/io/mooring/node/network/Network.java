package io.mooring.node.network;

import io.mooring.runtime.failure.Failure;
import java.time.Duration;
import java.util.Optional;

/**
 * The host's network, as far as it carries connections. Everything comes from the kernel's memory
 * and sends nothing. Used by one thread at a time. Where the kernel does not answer, methods throw
 * UNAVAILABLE.
 */
public interface Network extends AutoCloseable {
  /**
   * Waits until a link or an address of this host changes, or that time is over.
   *
   * @return whether something may have changed; what it is, {@link #linkTowards} says
   */
  boolean awaitChange(Duration atMost);

  /** The link on which the connection's packets leave now; empty when there is no way at all. */
  Optional<Link> linkTowards(TcpConnection connection);

  /** How the connection is; empty when it is not established. */
  Optional<TcpHealth> health(TcpConnection connection);

  /**
   * Ends a connection at once, without a word to the other end: whoever uses its socket gets an
   * error.
   *
   * @param cookie from {@link #health}: another socket with the same ends is left alone
   * @throws Failure INTERNAL when the kernel says something else than {@link Destruction} knows
   */
  Destruction destroy(TcpConnection connection, long cookie);

  @Override
  void close();
}
