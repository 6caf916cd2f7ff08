package io.mooring.e2e.suite;

import static java.util.Objects.requireNonNull;

import io.mooring.csi.v1.BlockMetadata;
import io.mooring.csi.v1.Snapshot;
import io.mooring.e2e.lab.qemu.VirtualMachine;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** What snapshots really hold, read byte by byte on their storage host, in units of the pool. */
final class SnapshotBlocks {
  private static final Duration READING = Duration.ofMinutes(3);

  private final VirtualMachine storage;
  private final long chunk;

  SnapshotBlocks(VirtualMachine storage) {
    this.storage = requireNonNull(storage, "storage is null");
    this.chunk =
        Long.parseLong(
            storage
                .shell()
                .check("lvs --noheadings --units b --nosuffix -o chunk_size mooring/pool0")
                .strip());
  }

  long chunk() {
    return chunk;
  }

  /** The chunks with a byte in which the snapshots differ; the shorter one ends with zeros. */
  NavigableSet<Long> differing(Snapshot one, Snapshot other) {
    return chunks(
        "cmp -l <(cat %s /dev/zero | head -c %d) <(cat %s /dev/zero | head -c %d)"
            .formatted(device(one), length(one, other), device(other), length(one, other)),
        one,
        other);
  }

  /** The chunks with a byte that is not zero. */
  NavigableSet<Long> holding(Snapshot snapshot) {
    return chunks(
        "cmp -l -n %d %s /dev/zero".formatted(snapshot.getSizeBytes(), device(snapshot)), snapshot);
  }

  private static long length(Snapshot one, Snapshot other) {
    return Math.max(one.getSizeBytes(), other.getSizeBytes());
  }

  private static String device(Snapshot snapshot) {
    return "/dev/mooring/" + name(snapshot);
  }

  private static String name(Snapshot snapshot) {
    return "mooring-snap-" + snapshot.getSnapshotId().replaceFirst(".*/snap-", "");
  }

  /** One number per line of cmp: the byte, counted from 1. */
  private NavigableSet<Long> chunks(String cmp, Snapshot... snapshots) {
    StringBuilder script = new StringBuilder("set -e\n");
    for (Snapshot snapshot : snapshots) {
      script.append("lvchange -q -ay -K mooring/%s\n".formatted(name(snapshot)));
    }
    script.append("udevadm settle\n");
    script.append(
        "{ %s || true; } | awk '{c = int(($1 - 1) / %d); if (c != last || NR == 1) print c; last = c}'\n"
            .formatted(cmp, chunk));
    for (Snapshot snapshot : snapshots) {
      script.append("lvchange -q -an mooring/%s\n".formatted(name(snapshot)));
    }
    return storage
        .shell()
        .check(script.toString(), Deadline.after(READING))
        .lines()
        .filter(line -> !line.isBlank())
        .map(line -> Long.parseLong(line.strip()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The chunks that extents lie in. */
  NavigableSet<Long> of(List<BlockMetadata> extents) {
    return extents.stream()
        .flatMap(extent ->
            LongStream.rangeClosed(
                    extent.getByteOffset() / chunk,
                    (extent.getByteOffset() + extent.getSizeBytes() - 1) / chunk)
                .boxed())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The chunks that a run of bytes lies in. */
  NavigableSet<Long> of(long offset, long bytes) {
    return of(
        List.of(BlockMetadata.newBuilder().setByteOffset(offset).setSizeBytes(bytes).build()));
  }
}
