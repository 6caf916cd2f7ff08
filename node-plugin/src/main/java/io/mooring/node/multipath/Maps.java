package io.mooring.node.multipath;

import io.mooring.node.linux.DeviceNumber;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.scsi.Wwid;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Multipath maps. What is looked up by {@link #find} and {@link #all} comes from sysfs; everything
 * with a deadline asks multipathd, which may be busy (the command is repeated until the deadline),
 * or a child process. When multipathd is not there or hangs up, such a call throws UNAVAILABLE; a
 * command under way may then have been done or not, so look.
 */
public interface Maps {
  /** The map of that WWID, found by its device-mapper uuid. */
  Optional<MultipathMap> find(Wwid wwid);

  /**
   * The map of that WWID, for work on a map that was there when it began.
   *
   * @throws Failure UNAVAILABLE when it has gone
   */
  default MultipathMap require(Wwid wwid) {
    return find(wwid)
        .orElseThrow(() -> Failure.unavailable("map " + wwid + " has gone; try again"));
  }

  /** The multipath map with that device number, for a mount that has to be traced to its volume. */
  Optional<MultipathMap> byNumber(DeviceNumber number);

  /** Every multipath map of the host whose WWID is an NAA one, other people's included. */
  List<MultipathMap> all();

  /** How many openers the kernel counts, mounts and devices on top included; empty if not known. */
  OptionalInt openCount(MultipathMap map, Deadline deadline);

  /** multipathd's view of a map; empty when it does not know the map. */
  Optional<MapStatus> status(Wwid wwid, Deadline deadline);

  /**
   * Puts the WWID into {@code /etc/multipath/wwids}, so that the first event of the first path
   * already makes it a multipath member. No effect when it is there.
   */
  void registerWwid(Wwid wwid, Deadline deadline);

  /** Takes the WWID out of {@code /etc/multipath/wwids}. No effect when it is not there. */
  void forgetWwid(Wwid wwid, Deadline deadline);

  /** Hands a path to multipathd, which adds it to its map or makes the map. */
  Reply addPath(String path, Deadline deadline);

  /** Takes a path out of its map and out of multipathd's list. */
  Reply delPath(String path, Deadline deadline);

  /** Tells the kernel at once that a path has failed. */
  Reply failPath(String path, Deadline deadline);

  /**
   * Tells the kernel at once that a path of that map has failed, past multipathd, which fails a
   * disk in the map that it has it for.
   *
   * @throws Failure INTERNAL when the kernel refuses
   */
  void failPath(MultipathMap map, DeviceNumber path, Deadline deadline);

  /** Lets I/O go through a path that was failed. */
  Reply reinstatePath(String path, Deadline deadline);

  /** Makes the map from the paths that multipathd knows; one path is enough. */
  Reply addMap(Wwid wwid, Deadline deadline);

  /** Flushes and removes the map; never forced. Prove it gone with {@link #find}. */
  Reply delMap(Wwid wwid, Deadline deadline);

  /** Writes the map's table again. */
  Reply reloadMap(Wwid wwid, Deadline deadline);

  /**
   * Gives the map the size of its paths, which must all have the same. Prove it with {@link #find}.
   */
  Reply resizeMap(Wwid wwid, Deadline deadline);

  /** Fails I/O instead of holding it when no path is left, until restored. */
  Reply disableQueueing(Wwid wwid, Deadline deadline);

  /** Puts the configured queueing back. */
  Reply restoreQueueing(Wwid wwid, Deadline deadline);

  /**
   * Resumes a suspended map: by multipathd, or past it when it does not know the map any more.
   *
   * @throws Failure INTERNAL when it stays suspended
   */
  void resume(MultipathMap map, Deadline deadline);

  /**
   * Removes a map that multipathd does not know, past it, by device-mapper: only one without open
   * counts, holders and with the uuid of a multipath map of that WWID; never forced.
   *
   * @throws Failure FAILED_PRECONDITION when it is not such a map
   */
  void removeUnknown(MultipathMap map, Deadline deadline);

  /** The paths in multipathd's list. */
  List<KnownPath> knownPaths(Deadline deadline);

  /**
   * The paths to which the kernel sends each map's I/O, without a word of multipathd; no device is
   * asked.
   *
   * @throws Failure when the kernel does not tell in time
   */
  Map<Wwid, Set<Hctl>> activePaths(Deadline deadline);

  /** multipathd's state; works while it is busy. */
  DaemonState daemonState(Deadline deadline);
}
