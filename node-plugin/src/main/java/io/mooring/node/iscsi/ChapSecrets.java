package io.mooring.node.iscsi;

import io.mooring.runtime.chap.Chap;
import java.util.Optional;

/** Where the node finds the secrets of its logins. May be asked often, and by many threads. */
@FunctionalInterface
public interface ChapSecrets {
  /** With what every login is made from now on; empty when nothing is known, or it has ended. */
  Optional<Chap> current();

  /**
   * Whether somebody has said that this node has no CHAP any more, which is not the same as not
   * knowing: only then a login without secrets is made where CHAP was promised.
   */
  default boolean ended() {
    return false;
  }
}
