package io.mooring.controller.audit;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.volume.NodeId;
import java.util.Optional;

/**
 * One thing that somebody believes in and somebody else does not.
 *
 * @param object the volume's or the snapshot's id
 * @param target the storage target's name
 * @param node empty where it is about no node
 * @param sentence what is so, and what to do
 */
public record Orphan(
    Kind kind, String object, String target, Optional<NodeId> node, String sentence) {
  /** What is wrong. */
  public enum Kind {
    /** A volume that no PersistentVolume names. */
    ORPHAN_VOLUME("OrphanVolume"),
    /** A record of a volume that its host does not have. */
    LOST_VOLUME("LostVolume"),
    /** A volume that is served to a node without a VolumeAttachment. */
    ORPHAN_PUBLICATION("OrphanPublication"),
    /** A VolumeAttachment that is attached, of a volume that is not served to the node. */
    LOST_PUBLICATION("LostPublication"),
    /** A node that holds a volume which is not served to it. */
    STRAY_USE("StrayUse"),
    /** A snapshot that no VolumeSnapshotContent names. */
    ORPHAN_SNAPSHOT("OrphanSnapshot");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** One CamelCase word, for people. */
    public String word() {
      return word;
    }
  }

  public Orphan {
    requireNonNull(kind, "kind is null");
    requireNonNull(object, "object is null");
    requireNonNull(target, "target is null");
    requireNonNull(node, "node is null");
    requireNonNull(sentence, "sentence is null");
  }

  /** What makes it the same one at the next look: everything but the words. */
  public String key() {
    return kind.word() + " " + object + " " + nodeName();
  }

  /** Empty where it is about no node. */
  public String nodeName() {
    return node.map(NodeId::name).orElse("");
  }
}
