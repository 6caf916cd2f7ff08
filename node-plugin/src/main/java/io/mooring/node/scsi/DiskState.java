package io.mooring.node.scsi;

/** A SCSI device's state ({@code drivers/scsi/scsi_sysfs.c}, attribute {@code state}). */
public enum DiskState {
  RUNNING,
  /** The session is down and its recovery time runs: commands wait, and so does a removal. */
  BLOCKED,
  /** The session's recovery time is over: commands fail at once. */
  TRANSPORT_OFFLINE,
  /** Set offline by the error handler or by hand. */
  OFFLINE,
  /** Coming, going, suspended. */
  OTHER;

  static DiskState parse(String text) {
    return switch (text) {
      case "running" -> RUNNING;
      case "blocked", "created-blocked" -> BLOCKED;
      case "transport-offline" -> TRANSPORT_OFFLINE;
      case "offline" -> OFFLINE;
      default -> OTHER;
    };
  }
}
