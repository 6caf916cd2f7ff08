package io.mooring.node.iscsi;

import static java.util.Objects.requireNonNull;

/**
 * One iSCSI session as sysfs shows it.
 *
 * @param id the S of {@code sessionS}; not used again while the kernel runs
 * @param hostNumber the SCSI host that the session's LUNs appear on; used again after its logout
 * @param iqn the target's name, to be compared exactly
 * @param persistentPortal the portal that was asked for, also after a redirection
 * @param ifaceName open-iscsi's interface record that the session was made with
 * @param initiatorName the name this node gave
 */
public record Session(
    int id,
    int hostNumber,
    String iqn,
    Portal persistentPortal,
    String ifaceName,
    String initiatorName,
    SessionState state) {
  public Session {
    requireNonNull(iqn, "iqn is null");
    requireNonNull(persistentPortal, "persistentPortal is null");
    requireNonNull(ifaceName, "ifaceName is null");
    requireNonNull(initiatorName, "initiatorName is null");
    requireNonNull(state, "state is null");
  }

  public boolean loggedIn() {
    return state == SessionState.LOGGED_IN;
  }
}
