package io.mooring.agent.identity;

import static java.util.Objects.requireNonNull;

/**
 * That a snapshot was made together with others.
 *
 * @param group the serial of the group snapshot
 * @param finished false while the group is made or removed
 */
public record Membership(Serial group, boolean finished) {
  public Membership {
    requireNonNull(group, "group is null");
  }
}
