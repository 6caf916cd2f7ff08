package io.mooring.runtime.rpc;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import org.jspecify.annotations.Nullable;

/** The newest usable material of some files, and the one before. */
final class TlsReloader {
  private final Reloaded<Generation> newest;
  private @Nullable Generation current;
  private @Nullable Generation previous;

  /**
   * Material with a number, so that the steps of one handshake all use the same.
   *
   * @param alias the number, as the key manager's alias
   */
  record Generation(String alias, TlsMaterial material) {}

  /**
   * @throws Failure FAILED_PRECONDITION when the files cannot be used from the start
   */
  TlsReloader(TlsFiles files) {
    this.newest = new Reloaded<>(files.all(), () -> next(TlsMaterial.read(files)));
  }

  private synchronized Generation next(TlsMaterial material) {
    previous = current;
    int number = previous == null ? 1 : Integer.parseInt(previous.alias()) + 1;
    Generation fresh = new Generation(Integer.toString(number), material);
    current = fresh;
    return fresh;
  }

  /** What new handshakes use. */
  Generation current() {
    return newest.get();
  }

  /** The generation that a handshake began with. */
  synchronized Generation byAlias(String alias) {
    return previous != null && alias.equals(previous.alias())
        ? previous
        : requireNonNull(current, "the files have been read");
  }
}
