package io.mooring.node.iscsi.login;

import io.mooring.runtime.time.Deadline;

/** A login under a session's name, at which its target ends the session with all its tasks. */
public interface EndingLogin extends AutoCloseable {
  /**
   * Waits until the target has ended the session, with everything it was to do for it.
   *
   * @return whether it has by then
   * @throws io.mooring.runtime.failure.Failure UNAVAILABLE when this login will not bring it about
   */
  boolean confirmed(Deadline deadline);

  /**
   * Whether the target has begun with it. LIO takes one login of a target after the other, over all
   * its portals, and waits for the next one in the portal's only login thread ({@code
   * iscsit_access_np} in drivers/target/iscsi): a second login would keep every other node from
   * that portal, for as long as the disks need for what they do for the session.
   */
  boolean hasBegun();

  /** Hangs up. */
  @Override
  void close();
}
