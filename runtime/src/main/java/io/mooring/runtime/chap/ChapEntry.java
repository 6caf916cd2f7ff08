package io.mooring.runtime.chap;

import io.mooring.runtime.failure.Failure;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a file says of one node: its secrets, or with a revision alone that it has none any more.
 *
 * @param revision goes up with every change, also with the one to none
 */
public record ChapEntry(
    long revision,
    @Nullable String user,
    @Nullable String password,
    @Nullable String mutualUser,
    @Nullable String mutualPassword) {
  public ChapEntry {
    if (revision < 1) {
      throw Failure.invalidArgument("the CHAP revision is " + revision + "; count from 1");
    }
    var _ = secrets(revision, user, password, mutualUser, mutualPassword); // refuses what is unfit
  }

  /** An entry with these secrets. */
  public static ChapEntry of(Chap chap) {
    return new ChapEntry(
        chap.revision(), chap.user(), chap.password(), chap.mutualUser(), chap.mutualPassword());
  }

  /** An entry that says none. */
  public static ChapEntry none(long revision) {
    return new ChapEntry(revision, null, null, null, null);
  }

  /** The secrets; empty for none. */
  public Optional<Chap> chap() {
    return secrets(revision, user, password, mutualUser, mutualPassword);
  }

  private static Optional<Chap> secrets(
      long revision,
      @Nullable String user,
      @Nullable String password,
      @Nullable String mutualUser,
      @Nullable String mutualPassword) {
    if (user == null && password == null && mutualUser == null && mutualPassword == null) {
      return Optional.empty();
    }
    return Optional.of(
        new Chap(text(user), text(password), text(mutualUser), text(mutualPassword), revision));
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }

  @Override
  public String toString() {
    return chap().map(Chap::toString).orElse("no CHAP since revision " + revision);
  }
}
