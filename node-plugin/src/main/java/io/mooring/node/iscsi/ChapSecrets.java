package io.mooring.node.iscsi;

import io.mooring.runtime.chap.Chap;
import io.mooring.runtime.chap.ChapEntry;
import java.util.Optional;

/** Where the node finds the secrets of its logins. May be asked often, and by many threads. */
@FunctionalInterface
public interface ChapSecrets {
  /**
   * What was said last: secrets, or that this node has no CHAP any more. Empty when nobody has said
   * anything, which is not the same: only where CHAP has ended a login without secrets is made
   * where it was promised.
   */
  Optional<ChapEntry> entry();

  /** With what every login is made from now on; empty when nothing is known, or it has ended. */
  default Optional<Chap> current() {
    return entry().flatMap(ChapEntry::chap);
  }

  /** Whether somebody has said that this node has no CHAP any more. */
  default boolean ended() {
    return entry().filter(said -> said.chap().isEmpty()).isPresent();
  }
}
