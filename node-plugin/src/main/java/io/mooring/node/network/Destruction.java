package io.mooring.node.network;

/** What became of a socket that was to be destroyed. */
public enum Destruction {
  /** Its owner has been told that the connection is lost. */
  DONE,
  /** There is no such socket any more. */
  GONE,
  /** This kernel cannot (CONFIG_INET_DIAG_DESTROY), or not for this process (CAP_NET_ADMIN). */
  UNSUPPORTED
}
