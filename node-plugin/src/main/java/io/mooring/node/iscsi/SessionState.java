package io.mooring.node.iscsi;

import java.util.Optional;

/** A session's state in the kernel ({@code drivers/scsi/scsi_transport_iscsi.c}). */
public enum SessionState {
  /** Commands flow; the only state in which a scan does anything. */
  LOGGED_IN,
  /** The connection is lost, commands wait for the recovery time, iscsid is at reconnecting it. */
  FAILED,
  /**
   * Being set up, being taken down, or lost for longer than the recovery time, with iscsid still at
   * reconnecting it.
   */
  FREE;

  /** The state of that name in sysfs; FREE for one that is not known here. */
  static SessionState parse(Optional<String> text) {
    return switch (text.orElse("")) {
      case "LOGGED_IN" -> LOGGED_IN;
      case "FAILED" -> FAILED;
      default -> FREE;
    };
  }
}
