package io.mooring.node.heal;

/** What can be wrong. */
public enum Ailment {
  /** A session is down for long although its portal answers. */
  SESSION("session"),
  /** iscsid does not run, so no lost session comes back. */
  DAEMON("iscsid"),
  /** The kernel holds a lost session's commands for another time than the drop-in says. */
  RECOVERY_TIME("recovery-time"),
  /** A live session has no node record. */
  RECORD("record"),
  /** A path in a map is another volume. */
  ALIEN_PATH("alien-path"),
  /** A disk was set offline while its session is logged in. */
  DISK("offline-disk"),
  /** A path is smaller than its map. */
  SMALL_PATH("small-path"),
  /** No I/O goes through a path in which the checker finds nothing wrong. */
  PATH("failed-path"),
  /** A map waits for a resume, and nobody works on it. */
  MAP("suspended-map"),
  /** udev has not seen a disk. */
  UNSEEN_DISK("unseen-disk"),
  /** Devices are here of a volume that no document speaks of. */
  ORPHAN("orphan"),
  /** The kernel has stopped a file system after errors, or met errors in one. */
  FILE_SYSTEM("stopped-file-system"),
  /** A volume has no path through which I/O goes. */
  NO_PATH("no-path");

  private final String label;

  Ailment(String label) {
    this.label = label;
  }

  /** For metrics. */
  public String label() {
    return label;
  }
}
