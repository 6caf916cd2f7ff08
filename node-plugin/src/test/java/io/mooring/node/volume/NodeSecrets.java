package io.mooring.node.volume;

import io.mooring.node.iscsi.ChapSecrets;
import io.mooring.runtime.chap.Chap;
import java.util.Optional;

/** Secrets that a test changes. */
final class NodeSecrets implements ChapSecrets {
  private volatile Optional<Chap> chap = Optional.empty();
  private volatile boolean ended;

  /** Fit secrets of that revision. */
  static Chap chap(int revision) {
    return new Chap(
        "anna", "correct-horse-" + revision, "bella", "battery-staple-" + revision, revision);
  }

  void set(Chap secrets) {
    chap = Optional.of(secrets);
    ended = false;
  }

  void end() {
    chap = Optional.empty();
    ended = true;
  }

  @Override
  public Optional<Chap> current() {
    return chap;
  }

  @Override
  public boolean ended() {
    return ended;
  }
}
