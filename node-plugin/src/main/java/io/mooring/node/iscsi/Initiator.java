package io.mooring.node.iscsi;

import io.mooring.runtime.chap.Chap;
import io.mooring.runtime.time.Deadline;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The host's iSCSI initiator, as far as it is Mooring's: every write is confined to sessions and
 * records of our own interface record. Static records only, never a discovery. Calls for different
 * portals may run at the same time.
 */
public interface Initiator {
  /** The name of Mooring's own interface record in open-iscsi's database. */
  String IFACE = "mooring";

  /** The initiator name that our sessions log in with. */
  String initiatorName();

  /** Creates or corrects our interface record: TCP, our initiator name. */
  void ensureIface(Deadline deadline);

  /**
   * Creates or corrects the node record of a portal. Costs nothing when this process has written
   * the same record before and its file is still there.
   *
   * @param chap with what the next login is made; sessions keep what they have logged in with
   */
  void ensureRecord(TargetPortal target, Optional<Chap> chap, Deadline deadline);

  /** Our sessions, from sysfs alone; other people's are not in the list. */
  List<Session> sessions();

  /** Whether iscsid runs, without which a session that is lost is not reconnected. */
  boolean daemonRuns();

  /**
   * The SCSI hosts of all sessions with a target, whoever made them, also of those that are coming
   * or going: as long as the kernel has a disk of the target, its host is here. From sysfs alone.
   */
  Set<Integer> hostsOf(String iqn);

  /** Whether a TCP connection to the portal comes about within one second. */
  boolean reachable(Portal portal, Deadline deadline);

  /**
   * Logs in through one portal, whose record must exist: a TCP probe of one second, then iscsid.
   * Returns as soon as the session is logged in, was refused, or the deadline has passed; a session
   * in state FAILED is left to iscsid and reported as pending.
   */
  LoginOutcome login(TargetPortal target, Deadline deadline);

  /**
   * Ends our session with that portal and proves it gone; a session that is not there is fine.
   *
   * @throws io.mooring.runtime.failure.Failure FAILED_PRECONDITION when disks are left on it
   */
  void logout(TargetPortal target, Deadline deadline);

  /** The node records of our interface, whether or not a session lives. */
  List<TargetPortal> records();

  /**
   * Removes the node record of a portal.
   *
   * @throws io.mooring.runtime.failure.Failure FAILED_PRECONDITION while its session lives, since
   *     open-iscsi would log it out
   */
  void removeRecord(TargetPortal target, Deadline deadline);
}
