package io.mooring.agent.identity;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How a node may use a volume that it has. Records of older versions do not tell, and a caller that
 * is older does not say what a pod sees: what is unknown contradicts nothing, so that what runs
 * goes on running.
 *
 * @param sharing whether other nodes may have the volume, too
 * @param access what a pod sees of it
 */
public record Use(Sharing sharing, Access access) {
  public static final Use UNKNOWN = new Use(Sharing.UNKNOWN, Access.UNKNOWN);

  /** Whether other nodes may have the volume, too. */
  public enum Sharing {
    UNKNOWN("unknown", ""),
    EXCLUSIVE("exclusive", "for itself alone"),
    SHARED("shared", "together with other nodes");

    private final String word;
    private final String phrase;

    Sharing(String word, String phrase) {
      this.word = word;
      this.phrase = phrase;
    }
  }

  /** What a pod sees. */
  public enum Access {
    UNKNOWN("unknown", ""),
    FILE_SYSTEM("filesystem", "as a file system"),
    BLOCK("block", "as a raw device");

    private final String word;
    private final String phrase;

    Access(String word, String phrase) {
      this.word = word;
      this.phrase = phrase;
    }
  }

  public Use {
    requireNonNull(sharing, "sharing is null");
    requireNonNull(access, "access is null");
  }

  public boolean isExclusive() {
    return sharing == Sharing.EXCLUSIVE;
  }

  /** Whether both are known in something, and it is not the same. */
  public boolean contradicts(Use other) {
    boolean sharings = sharing != Sharing.UNKNOWN && other.sharing != Sharing.UNKNOWN;
    boolean accesses = access != Access.UNKNOWN && other.access != Access.UNKNOWN;
    return (sharings && sharing != other.sharing) || (accesses && access != other.access);
  }

  /** For messages, behind "node X has it"; empty when nothing is known. */
  public String phrase() {
    List<String> known = new ArrayList<>(List.of(access.phrase, sharing.phrase));
    known.removeIf(String::isEmpty);
    return String.join(", ", known);
  }

  /** What a record holds: {@code SHARING:ACCESS}, as {@code exclusive:filesystem}. */
  @Override
  public String toString() {
    return sharing.word + ":" + access.word;
  }

  /** From a record; empty for what this version does not know. */
  public static Optional<Use> parse(String text) {
    String[] words = text.split(":", -1);
    if (words.length != 2) {
      return Optional.empty();
    }
    Optional<Sharing> sharing =
        Arrays.stream(Sharing.values()).filter(one -> one.word.equals(words[0])).findFirst();
    Optional<Access> access =
        Arrays.stream(Access.values()).filter(one -> one.word.equals(words[1])).findFirst();
    return sharing.flatMap(its -> access.map(seen -> new Use(its, seen)));
  }
}
