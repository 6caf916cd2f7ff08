package io.mooring.agent.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.block.BlockDevice;
import io.mooring.agent.identity.Publication;
import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.Source;
import io.mooring.agent.identity.TargetNames;
import io.mooring.agent.identity.Use;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.agent.lio.Lio;
import io.mooring.agent.lio.LunAddress;
import io.mooring.agent.pool.Pool;
import io.mooring.runtime.chap.Chap;
import io.mooring.runtime.chap.ChapEntry;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Volumes given to nodes and taken from them. */
public final class Exports {
  private static final Logger LOG = LoggerFactory.getLogger(Exports.class);

  private final Records records;
  private final Copies copies;
  private final Pools pools;
  private final Nodes nodes;
  private final NodeChaps chaps;
  private final Lio lio;
  private final TargetNames names;
  private final KeyedLocks locks;
  private final Completion completion;
  private final WriteMarks marks;

  /**
   * What is asked for.
   *
   * @param nodeName for people, and to tell two nodes of one uuid apart
   * @param use refused while another node has the volume and either of them wants it for itself
   *     alone
   * @param chap what the node's target is to demand at login; empty: what it demands now
   * @param asksNodes whether the caller asks nodes for their word on freed LUN numbers
   */
  public record Order(
      String cluster,
      Serial serial,
      String nodeUuid,
      String nodeName,
      boolean readOnly,
      Use use,
      Optional<Chap> chap,
      boolean asksNodes) {}

  public Exports(
      Records records,
      Copies copies,
      Pools pools,
      Nodes nodes,
      NodeChaps chaps,
      Lio lio,
      TargetNames names,
      KeyedLocks locks,
      Ticker ticker) {
    this.records = requireNonNull(records, "records is null");
    this.copies = requireNonNull(copies, "copies is null");
    this.pools = requireNonNull(pools, "pools is null");
    this.nodes = requireNonNull(nodes, "nodes is null");
    this.chaps = requireNonNull(chaps, "chaps is null");
    this.lio = requireNonNull(lio, "lio is null");
    this.names = requireNonNull(names, "names is null");
    this.locks = requireNonNull(locks, "locks is null");
    completion = new Completion(records, lio, names, ticker);
    marks = new WriteMarks(pools);
  }

  /**
   * Maps the volume to the node and proves it; the record tells the LUN number, and whether
   * something was written to the volume before.
   *
   * @throws Failure ABORTED while the volume is being copied: what a node wrote meanwhile could be
   *     in the copy, or not; FAILED_PRECONDITION while another node has it, and one of the two for
   *     itself alone; ALREADY_EXISTS when this node has it to be used in another way
   */
  public VolumeRecord publish(Order order, Deadline deadline) {
    return locks.hold(order.serial().digits(), deadline, () -> publishHeld(order, deadline));
  }

  private VolumeRecord publishHeld(Order order, Deadline deadline) {
    VolumeRecord volume = records.require(order.cluster(), order.serial());
    copies.requireNoneOf(new Source(Source.Kind.VOLUME, order.serial()), volume.label());
    nodes.claim(order.cluster(), order.nodeUuid(), order.nodeName());
    Admission.requireRoomBeside(volume, order);
    Optional<Publication> present = volume.publicationOf(order.nodeUuid());
    present.ifPresent(publication -> checkSame(order, volume, publication));
    order
        .chap()
        .ifPresent(chap -> chaps.accept(order.cluster(), order.nodeUuid(), ChapEntry.of(chap)));
    VolumeRecord recorded =
        present
            .map(publication -> saved(order, volume, publication, deadline))
            .orElseGet(() -> record(order, volume, deadline));
    FailPoints.pass("agent.publish.after-record");
    Publication publication = recorded.publicationOf(order.nodeUuid()).orElseThrow();
    map(recorded, publication, deadline);
    open(order, recorded, deadline);
    FailPoints.pass("agent.publish.after-mapped");
    return marks.marked(recorded, deadline);
  }

  private void checkSame(Order order, VolumeRecord volume, Publication present) {
    if (records.isWithdrawing(volume.serial(), order.nodeUuid())) {
      throw Failure.aborted(
          "%s is being taken from node %s; unpublish it again until that succeeds"
              .formatted(volume.label(), order.nodeName()));
    }
    Admission.requireSame(volume, present, order);
  }

  /** The record comes first: whatever the kernel has afterwards is known, and can be removed. */
  private VolumeRecord record(Order order, VolumeRecord volume, Deadline deadline) {
    String iqn = names.target(order.cluster(), order.nodeUuid());
    int lun =
        nodes.reserve(
            order.cluster(),
            order.nodeUuid(),
            volume.serial(),
            lio.lunNumbers(iqn),
            order.asksNodes());
    try {
      VolumeRecord after =
          volume.with(
              new Publication(
                  order.nodeUuid(), order.nodeName(), lun, order.readOnly(), order.use()));
      // Until the pool says more: a change that failed can have been made all the same.
      records.unsaved(after, order.nodeUuid());
      return save(order, volume, after, deadline);
    } finally {
      nodes.settled(order.cluster(), order.nodeUuid(), lun);
    }
  }

  /** What an earlier call left unsaved is saved before anything is mapped. */
  private VolumeRecord saved(
      Order order, VolumeRecord volume, Publication present, Deadline deadline) {
    return records.isUnsaved(volume.serial(), present.nodeUuid())
        ? save(order, volume.without(present.nodeUuid()), volume, deadline)
        : volume;
  }

  private VolumeRecord save(
      Order order, VolumeRecord before, VolumeRecord after, Deadline deadline) {
    pools.of(before).save(before, after, deadline);
    records.saved(after.serial(), order.nodeUuid());
    return after;
  }

  private void open(Order order, VolumeRecord volume, Deadline deadline) {
    List<String> closed = open(order.cluster(), order.nodeUuid(), deadline);
    if (closed.size() == lio.portals().size()) {
      throw Failure.unavailable(
          "node %s cannot reach %s: %s"
              .formatted(order.nodeName(), volume.label(), String.join("; ", closed)));
    }
  }

  /**
   * Makes the kernel serve what is recorded. The caller holds the volume.
   *
   * @throws Failure FAILED_PRECONDITION when another volume is recorded under the same number of
   *     the node: which of them it knows there is not guessed at; UNAVAILABLE while the number
   *     rests because of another one
   */
  void map(VolumeRecord volume, Publication publication, Deadline deadline) {
    records.othersAt(volume, publication).stream()
        .findFirst()
        .ifPresent(other -> {
          throw Failure.failedPrecondition(
              "%s and %s are both recorded as LUN %d of node %s; unpublish one of them there"
                  .formatted(
                      volume.label(), other.label(), publication.lun(), publication.nodeName()));
        });
    nodes.requireRested(volume, publication);
    LunAddress address = address(volume, publication);
    BlockDevice device = pools.of(volume).device(volume, deadline);
    FailPoints.pass("agent.publish.after-device");
    lio.prepareTarget(
        address.iqn(),
        address.initiator(),
        () -> chaps.of(volume.cluster(), publication.nodeUuid()));
    FailPoints.pass("agent.publish.after-target");
    lio.export(address, volume.serial(), device, publication.readOnly(), deadline);
  }

  /**
   * Lets a node in to what is mapped for it.
   *
   * @return for each portal that cannot be opened now, one sentence
   * @throws Failure UNAVAILABLE as {@link Completion#require}
   */
  List<String> open(String cluster, String nodeUuid, Deadline deadline) {
    completion.require(cluster, nodeUuid);
    return lio.openTarget(names.target(cluster, nodeUuid), deadline);
  }

  private LunAddress address(VolumeRecord volume, Publication publication) {
    return new LunAddress(
        names.target(volume.cluster(), publication.nodeUuid()),
        TargetNames.initiator(publication.nodeUuid()),
        publication.lun());
  }

  /**
   * Takes the volume from a node, or from all nodes of the cluster where the uuid is empty. When it
   * returns, no command of theirs reaches the volume.
   *
   * @param nodeName what a node of this name has under another uuid is taken as well: a node that
   *     was installed anew; empty for the uuid alone
   */
  public void unpublish(
      String cluster, Serial serial, String nodeUuid, String nodeName, Deadline deadline) {
    locks.hold(
        serial.digits(),
        deadline,
        () -> {
          unpublishHeld(cluster, serial, nodeUuid, nodeName, deadline);
          return true;
        });
  }

  private void unpublishHeld(
      String cluster, Serial serial, String nodeUuid, String nodeName, Deadline deadline) {
    Optional<VolumeRecord> found = records.find(cluster, serial);
    if (found.isEmpty()) {
      records.requireComplete();
      return;
    }
    Predicate<Publication> leaves =
        publication ->
            nodeUuid.isEmpty()
                || publication.nodeUuid().equals(nodeUuid)
                || publication.nodeName().equals(nodeName);
    VolumeRecord volume = withdrawAll(found.get(), leaves, deadline);
    if (!nodeUuid.isEmpty()) {
      fenceUnrecorded(volume, nodeUuid, deadline);
    }
    if (volume.publications().isEmpty()) {
      letGo(volume, deadline);
    }
  }

  /** One node's commands in flight do not keep the volume with the other nodes. */
  private VolumeRecord withdrawAll(
      VolumeRecord published, Predicate<Publication> leaves, Deadline deadline) {
    VolumeRecord volume = published;
    List<Failure> failures = new ArrayList<>();
    for (Publication publication : published.publications()) {
      if (leaves.test(publication)) {
        try {
          volume = withdraw(volume, publication, deadline);
        } catch (Failure e) {
          failures.add(e);
        }
      }
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
    return volume;
  }

  private VolumeRecord withdraw(VolumeRecord volume, Publication publication, Deadline deadline) {
    records.withdrawing(volume.serial(), publication.nodeUuid());
    if (!leadsToAnother(volume, publication)) {
      lio.fence(address(volume, publication), volume.serial(), deadline);
      FailPoints.pass("agent.unpublish.after-fence");
      nodes.freed(
          volume.cluster(),
          publication.nodeUuid(),
          publication.nodeName(),
          publication.lun(),
          volume.serial());
      FailPoints.pass("agent.unpublish.after-quarantine");
    }
    VolumeRecord after = marks.marked(volume, deadline).without(publication.nodeUuid());
    pools.of(volume).save(volume, after, deadline);
    records.put(after);
    records.saved(volume.serial(), publication.nodeUuid());
    records.withdrawn(volume.serial(), publication.nodeUuid());
    nodes.withdrawn(volume.cluster(), publication.nodeUuid(), publication.lun(), volume.serial());
    FailPoints.pass("agent.unpublish.after-record");
    return after;
  }

  /**
   * Two volumes are recorded under one number, and the kernel serves the other one: that is not
   * taken away, and its number not freed.
   */
  private boolean leadsToAnother(VolumeRecord volume, Publication publication) {
    LunAddress address = address(volume, publication);
    return records.othersAt(volume, publication).stream()
        .anyMatch(other ->
            lio.exported(address.iqn(), address.initiator(), other.serial())
                .equals(OptionalInt.of(publication.lun())));
  }

  /** The kernel is the proof, not the record: what is mapped without a record goes, too. */
  private void fenceUnrecorded(VolumeRecord volume, String nodeUuid, Deadline deadline) {
    String iqn = names.target(volume.cluster(), nodeUuid);
    String initiator = TargetNames.initiator(nodeUuid);
    OptionalInt mapped = lio.exported(iqn, initiator, volume.serial());
    if (mapped.isPresent()) {
      LOG.warn(
          "{} was mapped to {} as LUN {} without a record; it is taken away",
          volume.label(),
          initiator,
          mapped.getAsInt());
      lio.fence(new LunAddress(iqn, initiator, mapped.getAsInt()), volume.serial(), deadline);
      nodes.freedUnrecorded(volume.cluster(), nodeUuid, mapped.getAsInt(), volume.serial());
    }
  }

  /** The volume is nobody's now: nothing keeps its device open. The caller holds the volume. */
  void letGo(VolumeRecord volume, Deadline deadline) {
    lio.removeBackstore(volume.serial(), deadline);
    FailPoints.pass("agent.unpublish.after-backstore");
    Pool pool = pools.of(volume);
    pool.release(volume, deadline);
  }
}
