package io.mooring.agent.lio;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.chap.Chap;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.path.DeadPathTimes;
import io.mooring.runtime.time.Deadline;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The targets below {@code iscsi}: one per node, with one portal group that has all portals and one
 * ACL. Nobody without an ACL gets in, and nobody discovers anything.
 *
 * <p>A target is opened when its LUNs are there: an initiator that comes back to a target without
 * them takes its disks for disks of size 0, and one that finds no target at all may give up.
 */
final class Targets {
  static final String FABRIC = "iscsi";

  /** drivers/target/iscsi/iscsi_target_tpg.c; in the order in which they are written. */
  private static final Map<String, String> ATTRIBUTES = attributes();

  /**
   * Of the ACL, in seconds: after how long an idle initiator is asked for a sign of life, and how
   * long that is waited for.
   */
  private static final Map<String, String> SIGNS_OF_LIFE =
      Map.of(
          "nopin_timeout", Integer.toString(DeadPathTimes.TARGET_ASKS),
          "nopin_response_timeout", Integer.toString(DeadPathTimes.TARGET_WAITS));

  private final ConfigFs fs;
  private final Removal removal;
  private final Authentication authentication;
  private final List<Portal> portals;
  private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();
  private volatile boolean forGood;

  Targets(ConfigFs fs, Removal removal, List<Portal> portals) {
    this.fs = requireNonNull(fs, "fs is null");
    this.removal = requireNonNull(removal, "removal is null");
    this.authentication = new Authentication(fs);
    this.portals = List.copyOf(portals);
  }

  private static Map<String, String> attributes() {
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put("generate_node_acls", "0");
    attributes.put("demo_mode_discovery", "0");
    attributes.put("demo_mode_write_protect", "1");
    // Would make every mapped LUN read-only.
    attributes.put("prod_mode_write_protect", "0");
    // One session per portal carries all of a node's volumes. An ACL takes it when it is made.
    attributes.put("default_cmdsn_depth", "128");
    return attributes;
  }

  static String group(String iqn) {
    return FABRIC + "/" + iqn + "/tpgt_1";
  }

  static String acl(String iqn, String initiator) {
    return group(iqn) + "/acls/" + initiator;
  }

  /** The names of all targets, foreign ones too. */
  List<String> present() {
    return fs.children(FABRIC).stream().filter(name -> fs.exists(group(name))).toList();
  }

  boolean exists(String iqn) {
    return fs.exists(group(iqn));
  }

  /**
   * Makes the target, or what is missing of it, without letting anybody in.
   *
   * @param chap asked when nobody else changes this target
   */
  void prepare(String iqn, String initiator, Supplier<Optional<Chap>> chap) {
    locked(
        iqn,
        () -> {
          // First: a target whose demand cannot be told must not come to be, and be opened.
          Optional<Chap> demanded = chap.get();
          String group = group(iqn);
          fs.makeDirectory(FABRIC);
          fs.makeDirectory(FABRIC + "/" + iqn);
          fs.makeDirectory(group);
          ATTRIBUTES.forEach((name, value) -> Attributes.set(fs, group + "/attrib/" + name, value));
          String acl = acl(iqn, initiator);
          fs.makeDirectory(acl);
          SIGNS_OF_LIFE.forEach(
              (name, value) -> Attributes.set(fs, acl + "/attrib/" + name, value));
          // The kernel demands CHAP of a new group, so nobody gets in before this.
          authentication.set(group, acl, demanded);
          return List.of();
        });
  }

  /** Changes what a target demands that is there and complete. */
  void authenticate(String iqn, String initiator, Supplier<Optional<Chap>> chap) {
    locked(
        iqn,
        () -> {
          if (fs.exists(acl(iqn, initiator))) {
            authentication.set(group(iqn), acl(iqn, initiator), chap.get());
          }
          return List.of();
        });
  }

  /**
   * Opens the portals and enables the target.
   *
   * @return for each portal that cannot be opened now, one sentence
   * @throws Failure UNAVAILABLE after {@link #closeForGood}
   */
  List<String> open(String iqn, Deadline deadline) {
    return locked(
        iqn,
        () -> {
          if (forGood) {
            throw Failure.unavailable(
                "target " + iqn + " stays closed, since this host goes down; wait for its return");
          }
          String group = group(iqn);
          List<String> closed = openPortals(group);
          closeOtherPortals(group, deadline);
          Attributes.set(fs, group + "/enable", "1");
          return closed;
        });
  }

  /** Whether nodes get in. */
  boolean isOpen(String iqn) {
    return fs.exists(group(iqn)) && fs.read(group(iqn) + "/enable").equals("1");
  }

  /** Ends all sessions, after their commands, and lets nobody in any more. */
  void close(String iqn, Deadline deadline) {
    locked(
        iqn,
        () -> {
          String group = group(iqn);
          // Portals first: an initiator that is refused a connection tries for ever, one that is
          // refused a login may give up.
          List<String> portals =
              fs.children(group + "/np").stream().map(name -> group + "/np/" + name).toList();
          removal.removeDirectories(portals, "close the portals " + portals, deadline);
          removal.disable(group + "/enable", "close target " + iqn, deadline);
          return List.of();
        });
  }

  /** From now on no target is opened, whoever is still at work: what a node wrote would be lost. */
  void closeForGood() {
    forGood = true;
  }

  private List<String> locked(String iqn, Supplier<List<String>> work) {
    ReentrantLock lock = locks.computeIfAbsent(iqn, _ -> new ReentrantLock());
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  /** An address that is not up yet must not keep the others from serving. */
  private List<String> openPortals(String group) {
    List<String> closed = new ArrayList<>();
    for (Portal portal : portals) {
      String path = group + "/np/" + portal.directory();
      if (fs.exists(path)) {
        continue;
      }
      try {
        fs.makeDirectory(path);
      } catch (Failure e) {
        closed.add(
            "portal "
                + portal
                + " cannot be opened ("
                + e.sentence()
                + "); bring its address up, or correct the portals in the configuration");
      }
    }
    return closed;
  }

  private void closeOtherPortals(String group, Deadline deadline) {
    List<String> wanted = portals.stream().map(Portal::directory).toList();
    List<String> others =
        fs.children(group + "/np").stream()
            .filter(name -> !wanted.contains(name))
            .map(name -> group + "/np/" + name)
            .toList();
    removal.removeDirectories(others, "close the portals " + others, deadline);
  }
}
