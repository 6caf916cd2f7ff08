package io.mooring.controller.target;

import io.mooring.runtime.chap.Chap;
import io.mooring.runtime.chap.ChapEntry;
import io.mooring.runtime.time.Deadline;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The agent of one storage host, speaking for this cluster's volumes. Every call can be repeated.
 *
 * <p>Every method fails with UNAVAILABLE when the host cannot be reached or does not prove who it
 * is, with FAILED_PRECONDITION when another storage target answers at its endpoint, and otherwise
 * with the agent's own kind and sentence, led by the target's name.
 */
public interface Agent {
  /** The host as it is now; its name has been compared. */
  TargetState describe(Deadline deadline);

  /**
   * Makes a volume, or returns the one made before under that name.
   *
   * @param requiredBytes at least this much
   * @param limitBytes at most this much; 0 for no limit
   * @param source what it shall be a copy of; an agent that is too old for that makes an empty
   *     volume, as the answer shows
   * @param limits that it has from the beginning; a volume that exists keeps what it has, and an
   *     agent that is too old for limits makes a volume that never had any
   */
  StoredVolume create(
      String name,
      String pool,
      long requiredBytes,
      long limitBytes,
      Optional<CopySource> source,
      VolumeLimits limits,
      Deadline deadline);

  /**
   * Makes a volume larger; one that is large enough stays as it is.
   *
   * @param requiredBytes at least this much afterwards
   * @param limitBytes at most this much; 0 for no limit
   */
  StoredVolume expand(String serial, long requiredBytes, long limitBytes, Deadline deadline);

  /**
   * Gives a volume these limits in the place of all that it has. FAILED_PRECONDITION from an agent
   * that is too old for it.
   */
  StoredVolume modify(String serial, VolumeLimits limits, Deadline deadline);

  /** Removes a volume; nothing happens where there is none. FAILED_PRECONDITION while published. */
  void delete(String serial, Deadline deadline);

  Optional<StoredVolume> withSerial(String serial, Deadline deadline);

  Optional<StoredVolume> withName(String name, Deadline deadline);

  /**
   * Volumes in the order of their serials.
   *
   * @param maxEntries at least 1
   * @param afterSerial the last serial of the page before; empty for the first page
   */
  AgentPage<StoredVolume> list(int maxEntries, String afterSerial, Deadline deadline);

  /**
   * What is wrong with volumes, in the order of their serials; nothing of those that are well.
   *
   * @param serial only of this volume, NOT_FOUND without it; empty for all
   */
  List<Finding> findings(String serial, Deadline deadline);

  /**
   * Maps the volume to the node: ALREADY_EXISTS while this node has it for another use,
   * FAILED_PRECONDITION while another one has it and either use is exclusive, NOT_FOUND without
   * volume. Agents that are too old compare less.
   *
   * @param chap what the node's target is to demand at login, as with {@link #setChap}; empty: what
   *     it demands now
   */
  PublishedVolume publish(
      String serial, Node node, NodeUse use, Optional<Chap> chap, Deadline deadline);

  /**
   * The fence: after the return no command of that node reaches the volume.
   *
   * @param node empty for every node
   */
  void unpublish(String serial, Optional<Node> node, Deadline deadline);

  /** The nodes of this cluster that have, or had, a volume there; none for an old agent. */
  List<KnownNode> nodes(Deadline deadline);

  /**
   * Changes what the node's target there demands at login; nothing happens where it has none.
   * ABORTED when something newer is in force, FAILED_PRECONDITION when the same revision is with
   * other secrets.
   */
  void setChap(Node node, ChapEntry entry, Deadline deadline);

  /**
   * Brings a node's word on LUN numbers that were freed; nothing happens where it has no target.
   *
   * @param answers whether the node can be asked
   * @param free those of {@link KnownNode#freed} at which it has said since that it has nothing
   */
  void releaseLuns(Node node, boolean answers, Collection<FreedLun> free, Deadline deadline);

  /** Makes a snapshot of a volume, or returns the one made before under that name. */
  StoredSnapshot createSnapshot(String name, String volumeSerial, Deadline deadline);

  /**
   * Removes a snapshot; nothing happens where there is none. INVALID_ARGUMENT for one that belongs
   * to a group.
   */
  void deleteSnapshot(String serial, Deadline deadline);

  Optional<StoredSnapshot> snapshot(String serial, Deadline deadline);

  /** One that belongs to no group, by its name. */
  Optional<StoredSnapshot> snapshotWithName(String name, Deadline deadline);

  /**
   * Snapshots in the order of their serials.
   *
   * @param volumeSerial only those of this volume; empty for all
   * @param maxEntries at least 1
   * @param afterSerial the last serial of the page before; empty for the first page
   */
  AgentPage<StoredSnapshot> listSnapshots(
      String volumeSerial, int maxEntries, String afterSerial, Deadline deadline);

  /**
   * Makes snapshots of several volumes at one moment, or returns those made before under that name.
   * FAILED_PRECONDITION when that cannot be done with these volumes, or by an agent that is too old
   * for it, as with the following calls.
   */
  StoredGroup createGroup(String name, Collection<String> volumeSerials, Deadline deadline);

  /**
   * Removes a group with all its snapshots; nothing happens where there is none.
   *
   * @param snapshotSerials what they are known to be, INVALID_ARGUMENT otherwise; empty when that
   *     is not known
   */
  void deleteGroup(String serial, Collection<String> snapshotSerials, Deadline deadline);

  Optional<StoredGroup> group(String serial, Deadline deadline);

  /** The same by its name; INVALID_ARGUMENT from an agent that is too old for that. */
  Optional<StoredGroup> groupWithName(String name, Deadline deadline);

  /**
   * Where a snapshot holds data, or differs from another one: FAILED_PRECONDITION when that is not
   * known, or the agent is too old for it.
   *
   * @param to gets the pages, at least one, each before the next is fetched; it may throw to end it
   */
  void blocks(BlockQuery query, Deadline deadline, Consumer<BlockPage> to);
}
