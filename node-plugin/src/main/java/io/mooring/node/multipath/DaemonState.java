package io.mooring.node.multipath;

import static java.util.Objects.requireNonNull;

/**
 * multipathd's own state ({@code show daemon}).
 *
 * @param pid its process; another number means that it was restarted
 * @param state {@code running}, {@code idle}, {@code configure}, ...
 */
public record DaemonState(long pid, String state) {
  public DaemonState {
    requireNonNull(state, "state is null");
  }

  /** Whether it has read its configuration and serves. */
  public boolean ready() {
    return state.equals("running") || state.equals("idle");
  }
}
