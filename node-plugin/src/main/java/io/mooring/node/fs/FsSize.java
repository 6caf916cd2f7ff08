package io.mooring.node.fs;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The size of a file system out of what its own program says of it. */
final class FsSize {
  private static final Pattern EXT4_BLOCKS = Pattern.compile("(?m)^Block count: +(\\d{1,18})$");
  private static final Pattern EXT4_BLOCK_SIZE = Pattern.compile("(?m)^Block size: +(\\d{1,9})$");
  private static final Pattern XFS_DATA =
      Pattern.compile("(?m)^data +=\\s*bsize=(\\d{1,9}) +blocks=(\\d{1,18}),");

  private FsSize() {}

  /** From {@code dumpe2fs -h} or {@code xfs_info}; empty when it says no size. */
  static Optional<Long> parse(FsType type, String said) {
    return switch (type) {
      case EXT4 -> product(first(EXT4_BLOCKS, said, 1), first(EXT4_BLOCK_SIZE, said, 1));
      case XFS -> product(first(XFS_DATA, said, 1), first(XFS_DATA, said, 2));
    };
  }

  private static OptionalLong first(Pattern pattern, String text, int group) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find()
        ? OptionalLong.of(Long.parseLong(matcher.group(group)))
        : OptionalLong.empty();
  }

  private static Optional<Long> product(OptionalLong one, OptionalLong other) {
    return one.isPresent() && other.isPresent()
        ? Optional.of(one.getAsLong() * other.getAsLong())
        : Optional.empty();
  }
}
