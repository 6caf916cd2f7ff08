package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.ChapSecrets;
import io.mooring.node.iscsi.SessionRevisions;

/** What is known of secrets: those of the next login, and those of the sessions that are there. */
public record LoginSecrets(ChapSecrets current, SessionRevisions sessions) {
  public LoginSecrets {
    requireNonNull(current, "current is null");
    requireNonNull(sessions, "sessions is null");
  }
}
