package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.Agent;
import io.mooring.controller.target.Fleet;
import io.mooring.controller.target.StoredVolume;
import io.mooring.controller.target.VolumeLimits;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.operation.Operations;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Makes and deletes volumes. One name, one volume: see the two ways of {@link Creation}. */
public final class Provisioning {
  private static final Duration CREATE_LIMIT = Duration.ofSeconds(100);
  private static final Duration DELETE_LIMIT = Duration.ofSeconds(100);

  private final Fleet fleet;
  private final Operations operations;
  private final Optional<Placements> placements;
  private final Pools pools;
  private final Creation creation;

  private Provisioning(Fleet fleet, Operations operations, Optional<Placements> placements) {
    this.fleet = requireNonNull(fleet, "fleet is null");
    this.operations = requireNonNull(operations, "operations is null");
    this.placements = requireNonNull(placements, "placements is null");
    this.pools = new Pools(fleet, placements.isEmpty());
    Lookup lookup = new Lookup(fleet);
    Making making = new Making(fleet);
    this.creation =
        placements.isPresent()
            ? new RecordedCreation(placements.get(), fleet, lookup, pools, making)
            : new AskingCreation(lookup, pools, making);
  }

  /** With nothing of its own: every target is asked before a volume is made. */
  public static Provisioning withoutRecords(Fleet fleet, Operations operations) {
    return new Provisioning(fleet, operations, Optional.empty());
  }

  /** With a record of each volume's place. */
  public static Provisioning withRecords(
      Fleet fleet, Operations operations, Placements placements) {
    return new Provisioning(fleet, operations, Optional.of(placements));
  }

  /**
   * Makes the volume, or returns the one of that name.
   *
   * @throws Failure ALREADY_EXISTS when the one of that name is another; INVALID_ARGUMENT for an
   *     unknown pool or target; OUT_OF_RANGE or RESOURCE_EXHAUSTED without room; UNAVAILABLE when a
   *     target that might have it does not answer, with nothing made
   */
  public VolumeInfo create(VolumeRequest request, Deadline caller) {
    return operations.run(
        "volume \"" + request.name() + "\"",
        "CreateVolume",
        request,
        CREATE_LIMIT,
        caller,
        deadline -> {
          // The size that cannot be is told before anybody is asked.
          SizeRange size = request.size().toAskFor(Capability.minimumBytes(request.capabilities()));
          return limited(creation.findOrMake(request, size, deadline), request, deadline);
        });
  }

  /**
   * One that exists keeps its limits, which may have been changed since. But one that never had any
   * gets those asked for; so no agent that is too old for limits makes a volume without them.
   */
  private VolumeInfo limited(VolumeInfo volume, VolumeRequest request, Deadline deadline) {
    VolumeLimits wanted = request.parameters().limits();
    if (volume.limits().revision() > 0 || wanted.equals(VolumeLimits.NONE)) {
      return volume;
    }
    try {
      return VolumeInfo.of(
          Volumes.target(fleet, volume.id()),
          Modification.onHost(fleet, volume.id(), wanted, deadline));
    } catch (Failure e) {
      // The volume exists, which no other code would tell a CO that gives up.
      throw new Failure(
          Kind.UNAVAILABLE,
          "volume \"%s\" is made and has no limits yet: %s".formatted(request.name(), e.sentence()),
          e);
    }
  }

  /**
   * Deletes the volume; nothing happens for an id that no volume can have or has.
   *
   * @throws Failure FAILED_PRECONDITION while a node has the volume, or when its storage target is
   *     not configured: saying OK would leave the data behind for ever
   */
  public void delete(String volumeId, Deadline caller) {
    VolumeId.parse(volumeId).ifPresent(id -> delete(id, caller));
  }

  private void delete(VolumeId id, Deadline caller) {
    operations.run(
        "volume " + id,
        "DeleteVolume",
        id,
        DELETE_LIMIT,
        caller,
        deadline -> {
          delete(id, Volumes.agentOrRefuse(fleet, id), deadline);
          return id;
        });
  }

  private void delete(VolumeId id, Agent agent, Deadline deadline) {
    // Afterwards nobody could tell the name, which finds a record that lacks the serial.
    Optional<String> name =
        placements.flatMap(_ -> agent.withSerial(id.serial(), deadline)).map(StoredVolume::name);
    agent.delete(id.serial(), deadline);
    FailPoints.pass("controller.delete.after-agent");
    placements.ifPresent(records -> records.forget(id, name));
  }

  /**
   * What could be provisioned now under these parameters.
   *
   * @param capabilities may be empty; a use that is not offered has no capacity
   */
  public Room room(
      List<Capability> capabilities, Parameters parameters, Fabrics fabrics, Deadline deadline) {
    return pools.room(capabilities, parameters, fabrics, deadline);
  }
}
