package io.mooring.node.fs;

import static java.util.Objects.requireNonNull;

import io.mooring.node.linux.DeviceNodes;
import io.mooring.node.linux.Sysfs;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** File systems by the host's own programs. */
public final class HostFileSystems implements FileSystems {
  private static final Duration LOOK_LIMIT = Duration.ofSeconds(10);
  private static final int SECTOR_BYTES = 512;

  private final Sysfs sysfs;
  private final DeviceNodes nodes;
  private final CommandRunner commands;
  private final DirectReads reads;
  private final DirectWrites writes;
  private final BlkId blkid;
  private final FsKind ext4;
  private final FsKind xfs;
  private final FsKind btrfs;

  public HostFileSystems(Sysfs sysfs, DeviceNodes nodes, CommandRunner commands) {
    this.sysfs = requireNonNull(sysfs, "sysfs is null");
    this.nodes = requireNonNull(nodes, "nodes is null");
    this.commands = requireNonNull(commands, "commands is null");
    this.reads = new DirectReads(commands);
    this.writes = new DirectWrites(commands);
    this.blkid = new BlkId(commands);
    this.ext4 = new Ext4(sysfs, commands);
    this.xfs = new Xfs(sysfs, commands);
    this.btrfs = new Btrfs(sysfs, commands);
  }

  private FsKind kind(FsType type) {
    return switch (type) {
      case EXT4 -> ext4;
      case XFS -> xfs;
      case BTRFS -> btrfs;
    };
  }

  @Override
  public Content probe(Path device, long sizeBytes, Deadline deadline) {
    checkSize(device, sizeBytes);
    Optional<Content> found = blkid.look(device, deadline.atMost(LOOK_LIMIT));
    if (found.isPresent()) {
      return found.get();
    }
    // Nothing recognised is not nothing there: blkid says the same when it cannot read.
    for (Extent mark : Extent.marks(sizeBytes)) {
      if (!reads.zero(device, mark, deadline)) {
        return new Content.Unknown("data without a known signature near byte " + mark.offset());
      }
    }
    return new Content.Blank();
  }

  /** A device of another size is another device, or one that is still changing. */
  private void checkSize(Path device, long sizeBytes) {
    Optional<Long> actual =
        nodes
            .at(device)
            .flatMap(number -> sysfs.readNumber("dev/block/" + number + "/size"))
            .map(sectors -> sectors * SECTOR_BYTES);
    if (actual.isEmpty() || actual.get() != sizeBytes) {
      throw Failure.unavailable(
          "%s has %s bytes instead of %d; try again"
              .formatted(device, actual.map(String::valueOf).orElse("no"), sizeBytes));
    }
  }

  @Override
  public void format(
      FsType type, Path device, long sizeBytes, List<String> options, Deadline deadline) {
    // mkfs asks a terminal before it overwrites something, and without one it does not ask.
    if (!(probe(device, sizeBytes, deadline) instanceof Content.Blank)) {
      throw Failure.failedPrecondition(
          device + " is not blank, so no file system is made on it; look at what it holds");
    }
    commands
        .run(kind(type).make(device, options), deadline)
        .orFail("make a file system of type " + type + " on " + device);
    Optional<Content> made = blkid.look(device, deadline.atMost(LOOK_LIMIT));
    if (!(made.orElse(new Content.Blank()) instanceof Content.Formatted formatted)
        || !formatted.type().equals(type.toString())) {
      throw Failure.internal(
          "mkfs has ended well, yet there is no %s on %s; look at this host's kernel log"
              .formatted(type, device));
    }
  }

  @Override
  public void check(FsType type, Path device, Deadline deadline) {
    kind(type).check(device, deadline);
  }

  @Override
  public void readProof(Path device, long sizeBytes, Deadline deadline) {
    reads.prove(device, Extent.head(sizeBytes), deadline);
    reads.prove(device, Extent.tail(sizeBytes), deadline);
  }

  @Override
  public void blank(Path device, long sizeBytes, Deadline deadline) {
    checkSize(device, sizeBytes);
    for (Extent mark : Extent.marks(sizeBytes)) {
      writes.zero(device, mark, deadline);
    }
  }

  @Override
  public long sizeBytes(FsType type, Path device, Path mountPoint, Deadline deadline) {
    return kind(type).sizeBytes(device, mountPoint, deadline);
  }

  @Override
  public void grow(FsType type, Path device, Path mountPoint, Deadline deadline) {
    commands
        .run(kind(type).grow(device, mountPoint), deadline)
        .orFail("grow the file system on " + device);
  }

  @Override
  public void flush(Path device, Deadline deadline) {
    // fsync first: it also empties the cache of the disk itself, which BLKFLSBUF does not.
    commands.run(Command.of("sync", device.toString()), deadline).orFail("write back " + device);
    commands
        .run(Command.of("blockdev", "--flushbufs", device.toString()), deadline)
        .orFail("write back " + device);
  }

  @Override
  public boolean superblockGone(FsType type, String dmName) {
    return !kind(type).held(dmName);
  }

  @Override
  public boolean metErrors(FsType type, String dmName) {
    return kind(type).metErrors(dmName);
  }

  @Override
  public boolean answers(FsType type, Path mountPoint, Deadline deadline) {
    CommandResult result = commands.run(kind(type).question(mountPoint), deadline);
    // The mount point is there: there is no other reason to fail than the file system.
    if (result.exitCode() == 1) {
      return false;
    }
    return result.orFail("look at the file system at " + mountPoint).succeeded();
  }

  @Override
  public Usage usage(Path mountPoint, Deadline deadline) {
    CommandResult result =
        commands
            .run(
                Command.of("stat", "-f", "-c", "%S %b %f %a %c %d", mountPoint.toString()),
                deadline)
            .orFail("look how full the file system at " + mountPoint + " is");
    return usage(result.stdout())
        .orElseThrow(() ->
            Failure.internal(
                "stat described the file system at %s in a form that is not known"
                    .formatted(mountPoint)));
  }

  /** From block size, blocks, free blocks, available blocks, inodes, free inodes. */
  static Optional<Usage> usage(String text) {
    List<String> words = List.of(text.strip().split(" ", -1));
    if (words.size() != 6 || !words.stream().allMatch(word -> word.matches("\\d{1,18}"))) {
      return Optional.empty();
    }
    List<Long> n = words.stream().map(Long::parseLong).toList();
    long block = n.get(0);
    return Optional.of(
        new Usage(
            n.get(1) * block,
            (n.get(1) - n.get(2)) * block,
            n.get(3) * block,
            n.get(4),
            n.get(4) - n.get(5),
            n.get(5)));
  }
}
