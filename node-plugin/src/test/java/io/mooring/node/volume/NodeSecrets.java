package io.mooring.node.volume;

import io.mooring.node.iscsi.ChapSecrets;
import io.mooring.runtime.chap.Chap;
import io.mooring.runtime.chap.ChapEntry;
import java.util.Optional;

/** Secrets that a test changes. */
final class NodeSecrets implements ChapSecrets {
  private volatile Optional<ChapEntry> said = Optional.empty();

  /** Fit secrets of that revision. */
  static Chap chap(int revision) {
    return new Chap(
        "anna", "correct-horse-" + revision, "bella", "battery-staple-" + revision, revision);
  }

  void set(Chap secrets) {
    said = Optional.of(ChapEntry.of(secrets));
  }

  void end(int revision) {
    said = Optional.of(ChapEntry.none(revision));
  }

  @Override
  public Optional<ChapEntry> entry() {
    return said;
  }
}
