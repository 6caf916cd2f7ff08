package io.mooring.node.iscsi;

import static java.util.Objects.requireNonNull;

/** What became of a login. The session list remains the only proof. */
public sealed interface LoginOutcome {
  /** The session is there and logged in, through this call or another one. */
  record LoggedIn(Session session) implements LoginOutcome {
    public LoggedIn {
      requireNonNull(session, "session is null");
    }
  }

  /** Nothing answers at that address: do not try again at once, do not wait for it. */
  record Unreachable(String sentence) implements LoginOutcome {
    public Unreachable {
      requireNonNull(sentence, "sentence is null");
    }
  }

  /** The portal answered; iscsid was still at it when the time was up. */
  record Pending(String sentence) implements LoginOutcome {
    public Pending {
      requireNonNull(sentence, "sentence is null");
    }
  }

  /**
   * The target said no.
   *
   * @param permanent true when it refuses this node as such, by its access list or its credentials,
   *     which somebody has to change
   */
  record Refused(String sentence, boolean permanent) implements LoginOutcome {
    public Refused {
      requireNonNull(sentence, "sentence is null");
    }
  }
}
