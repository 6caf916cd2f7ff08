package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.agent.identity.Source;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.List;

/**
 * Volumes and snapshots of a file pool that are copied byte by byte, since its file system cannot
 * share blocks between files.
 */
final class FileCopies implements Copying {
  private final FileLayout layout;
  private final FileSpace space;
  private final FileCopier copier;
  private final Loops loops;

  FileCopies(FileLayout layout, FileSpace space, FileCopier copier, Loops loops) {
    this.layout = requireNonNull(layout, "layout is null");
    this.space = requireNonNull(space, "space is null");
    this.copier = requireNonNull(copier, "copier is null");
    this.loops = requireNonNull(loops, "loops is null");
  }

  /** Records that the volume is being copied; the bytes follow piece by piece. */
  VolumeRecord begin(VolumeRecord volume, Source source, Deadline deadline) {
    requireCopyable(source, deadline);
    VolumeRecord copying = volume.in(VolumeRecord.State.COPYING);
    put(copying);
    FailPoints.pass("agent.create.after-copying");
    return copying;
  }

  /** The same for a snapshot. */
  SnapshotRecord begin(SnapshotRecord snapshot, Deadline deadline) {
    requireCopyable(volumeOf(snapshot), deadline);
    SnapshotRecord copying = snapshot.in(SnapshotRecord.State.COPYING);
    layout.snapshots().put(copying);
    FailPoints.pass("agent.snapshot.after-copying");
    return copying;
  }

  private void requireCopyable(Source source, Deadline deadline) {
    if (source.kind() == Source.Kind.VOLUME) {
      requireStill(layout.volume(source.serial()), deadline);
    }
    Original original = layout.original(source);
    original.requireWhole();
    space.requireFree(
        layout.images().allocatedBytes(List.of(original.image()), deadline)
            + stillToCome(deadline));
  }

  /** What the copies that are recorded will take beyond what they have. */
  private long stillToCome(Deadline deadline) {
    ImageFiles images = layout.images();
    long inTheEnd = images.allocatedBytes(layout.beingCopied(), deadline);
    return Math.max(0, inTheEnd - images.halvesBytes(deadline));
  }

  /** A copy that takes time is one of no moment when its volume is written meanwhile. */
  private void requireStill(VolumeRecord volume, Deadline deadline) {
    if (!volume.publications().isEmpty()) {
      throw Failure.failedPrecondition(
          "%s is published to node %s, and the file system of %s cannot share blocks between files, so that a copy would be of no one moment; unpublish it first, or use a pool on xfs with reflink=1, on btrfs or on thin LVM"
              .formatted(
                  volume.label(), volume.publications().getFirst().nodeName(), layout.directory()));
    }
    loops
        .find(layout.images().path(volume.serial()), deadline)
        .ifPresent(loop -> {
          throw Failure.aborted(
              "%s still has the loop device %s although it is published to nobody; try again in a minute, or detach it (losetup --detach %s)"
                  .formatted(volume.label(), loop, loop));
        });
  }

  @Override
  public Piece copy(VolumeRecord volume, Deadline deadline) {
    Source source =
        volume
            .source()
            .orElseThrow(() -> Failure.internal(volume.label() + " is a copy of nothing"));
    Piece piece =
        copier.next(
            layout.original(source),
            layout.images(),
            volume.serial(),
            volume.sizeBytes(),
            deadline);
    if (piece.whole()) {
      put(volume.in(VolumeRecord.State.READY));
      FailPoints.pass("agent.copy.after-ready");
    }
    return piece;
  }

  @Override
  public Piece copy(SnapshotRecord snapshot, Deadline deadline) {
    // The volume may have grown since.
    Original original =
        new Original(layout.original(volumeOf(snapshot)).image(), snapshot.sizeBytes());
    Piece piece =
        copier.next(
            original,
            layout.snapshots().images(),
            snapshot.serial(),
            snapshot.sizeBytes(),
            deadline);
    if (piece.whole()) {
      layout.snapshots().put(snapshot.in(SnapshotRecord.State.READY));
      FailPoints.pass("agent.copy.after-ready");
    }
    return piece;
  }

  private static Source volumeOf(SnapshotRecord snapshot) {
    return new Source(Source.Kind.VOLUME, snapshot.volume());
  }

  private void put(VolumeRecord volume) {
    Serial serial = volume.serial();
    layout.documents().put(serial.digits(), FileVolume.of(volume));
  }
}
