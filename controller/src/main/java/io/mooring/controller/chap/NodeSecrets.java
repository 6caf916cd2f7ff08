package io.mooring.controller.chap;

import io.mooring.runtime.chap.Chap;
import io.mooring.runtime.chap.ChapEntry;
import java.util.Optional;
import java.util.OptionalLong;

/** Where the controller finds the secrets of nodes. May be asked often, and by many threads. */
@FunctionalInterface
public interface NodeSecrets {
  /** Nothing is said of any node. */
  NodeSecrets NONE = _ -> Optional.empty();

  /**
   * The node's secrets; empty when nothing is said of it, so that its targets stay as they are.
   *
   * @param node its name
   */
  Optional<Chap> of(String node);

  /** The revision since which the node is to have no CHAP any more; empty when nobody said that. */
  default OptionalLong endedAt(String node) {
    return OptionalLong.empty();
  }

  /** Either of the two. */
  default Optional<ChapEntry> entry(String node) {
    Optional<ChapEntry> secrets = of(node).map(ChapEntry::of);
    OptionalLong ended = endedAt(node);
    return secrets.isPresent() || ended.isEmpty()
        ? secrets
        : Optional.of(ChapEntry.none(ended.getAsLong()));
  }
}
