package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.TargetPortal;
import io.mooring.node.scsi.Identity;
import io.mooring.node.scsi.Wwid;
import java.util.List;

/**
 * What the controller promised about a volume on this node. The node verifies it and discovers
 * nothing.
 *
 * @param identity what every path must say about itself
 * @param sizeBytes at least this many bytes
 * @param readOnly whether the LUN is write-protected
 * @param chap whether the targets demand CHAP at login
 * @param targets every target that serves it, at least one
 * @param limits what each pod may ask of it
 * @param portalsRevision of the StorageTarget's spec that the portals follow; 0 where it is not
 *     said
 * @param written whether something was written to it before: it is not new, even where it reads
 *     blank
 */
public record PublishContext(
    Identity identity,
    long sizeBytes,
    boolean readOnly,
    boolean chap,
    List<TargetEntry> targets,
    VolumeLimits limits,
    long portalsRevision,
    boolean written) {
  public PublishContext {
    requireNonNull(identity, "identity is null");
    targets = List.copyOf(targets);
    requireNonNull(limits, "limits is null");
  }

  /** Of a volume that never had limits. */
  public PublishContext(
      Identity identity,
      long sizeBytes,
      boolean readOnly,
      boolean chap,
      List<TargetEntry> targets) {
    this(identity, sizeBytes, readOnly, chap, targets, VolumeLimits.NEVER, 0, false);
  }

  /** The same volume, reached in another way. */
  PublishContext over(List<TargetEntry> others, long revision) {
    return new PublishContext(
        identity, sizeBytes, readOnly, chap, others, limits, revision, written);
  }

  public Wwid wwid() {
    return identity.wwid();
  }

  /** Every way to the volume: one path each when all is well. */
  public List<Route> routes() {
    return targets.stream()
        .flatMap(entry ->
            entry.portals().stream()
                .map(portal ->
                    new Route(
                        new TargetPortal(entry.iqn(), entry.tpgt(), portal), entry.lun(), chap)))
        .toList();
  }
}
