package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.Answer;
import io.mooring.controller.target.Fleet;
import io.mooring.controller.target.PoolState;
import io.mooring.controller.target.StorageTarget;
import io.mooring.controller.target.StoredVolume;
import io.mooring.controller.volume.Placement.Place;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.operation.Operations;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Makes and deletes volumes.
 *
 * <p>One name, one volume. Without a record of its own the controller trusts three things: every
 * target is asked before anything is made; inside one process a second call of the same name joins
 * the first; between processes the provisioner's leader election lets one of them create at a time.
 * A create that a dead controller left running on a host is seen as ABORTED by the question after
 * the name, so the retry waits for it instead of placing the volume anew.
 */
public final class Provisioning {
  private static final Duration CREATE_LIMIT = Duration.ofSeconds(100);
  private static final Duration DELETE_LIMIT = Duration.ofSeconds(100);

  private final Fleet fleet;
  private final Lookup lookup;
  private final Operations operations;

  public Provisioning(Fleet fleet, Operations operations) {
    this.fleet = requireNonNull(fleet, "fleet is null");
    this.lookup = new Lookup(fleet);
    this.operations = requireNonNull(operations, "operations is null");
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
        deadline -> findOrMake(request, deadline));
  }

  private VolumeInfo findOrMake(VolumeRequest request, Deadline deadline) {
    // The size that cannot be is told before anybody is asked.
    SizeRange size = request.size().toAskFor(Capability.minimumBytes(request.capabilities()));
    Optional<Lookup.Found> found = lookup.byName(request.name(), deadline);
    if (found.isPresent()) {
      return compatible(request, found.get());
    }
    FailPoints.pass("controller.create.after-lookup");
    Place place = place(request.parameters(), size, deadline);
    StoredVolume volume = make(request.name(), place, size, deadline);
    FailPoints.pass("controller.create.after-create");
    return VolumeInfo.of(place.target().name(), volume);
  }

  private static VolumeInfo compatible(VolumeRequest request, Lookup.Found found) {
    StoredVolume volume = found.volume();
    String what = "volume \"%s\" exists".formatted(request.name());
    if (!request.size().holds(volume.sizeBytes())) {
      throw Failure.alreadyExists(
          "%s with %d bytes, not with the size asked for now; use another name"
              .formatted(what, volume.sizeBytes()));
    }
    if (!request.parameters().allow(found.target(), volume.pool())) {
      throw Failure.alreadyExists(
          "%s in pool %s/%s, which the parameters of this request exclude; use another name"
              .formatted(what, found.target(), volume.pool()));
    }
    for (Capability capability : request.capabilities()) {
      capability
          .objection(volume.sizeBytes())
          .ifPresent(reason -> {
            throw Failure.alreadyExists("%s, but %s; use another name".formatted(what, reason));
          });
    }
    return VolumeInfo.of(found.target(), volume);
  }

  private Place place(Parameters parameters, SizeRange size, Deadline deadline) {
    return Placement.choose(
        Placement.eligible(places(parameters, deadline), parameters), size.requiredBytes());
  }

  private List<Place> places(Parameters parameters, Deadline deadline) {
    List<Answer<List<PoolState>>> answers =
        fleet.ask(
            parameters.eligible(fleet.targets()), target -> fleet.agent(target).pools(deadline));
    return answers.stream()
        .flatMap(answer -> answer.orThrow().stream().map(pool -> new Place(answer.target(), pool)))
        .toList();
  }

  private StoredVolume make(String name, Place place, SizeRange size, Deadline deadline) {
    StorageTarget target = place.target();
    StoredVolume volume = ask(name, place, size, deadline);
    if (!volume.name().equals(name)
        || !volume.pool().equals(place.pool().name())
        || !size.holds(volume.sizeBytes())) {
      throw Failure.internal(
          "storage target %s was asked for volume \"%s\" in pool %s and answered with \"%s\" in pool %s, %d bytes; look at its agent's log"
              .formatted(
                  target.name(),
                  name,
                  place.pool().name(),
                  volume.name(),
                  volume.pool(),
                  volume.sizeBytes()));
    }
    return volume;
  }

  private StoredVolume ask(String name, Place place, SizeRange size, Deadline deadline) {
    try {
      return fleet
          .agent(place.target())
          .create(name, place.pool().name(), size.requiredBytes(), size.limitBytes(), deadline);
    } catch (Failure e) {
      if (e.kind() == Kind.NOT_FOUND) {
        // To a CSI client NOT_FOUND would mean a missing source of the volume's content.
        throw new Failure(Kind.ABORTED, e.sentence() + "; it was there a moment ago, try again", e);
      }
      throw e;
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
          Volumes.agentOrRefuse(fleet, id).delete(id.serial(), deadline);
          return id;
        });
  }

  /**
   * What could be provisioned now under these parameters.
   *
   * @param capabilities may be empty; a use that is not offered has no capacity
   */
  public Room room(List<Capability> capabilities, Parameters parameters, Deadline deadline) {
    List<Place> eligible = Placement.eligible(places(parameters, deadline), parameters);
    if (capabilities.stream().anyMatch(capability -> capability.objection().isPresent())) {
      return new Room(0, 0);
    }
    long available = 0;
    long largest = 0;
    for (Place place : eligible) {
      if (place.pool().refusal().isEmpty()) {
        available += Math.max(0, place.pool().availableBytes());
        largest = Math.max(largest, place.pool().largestNow());
      }
    }
    return largest < Capability.minimumBytes(capabilities)
        ? new Room(0, 0)
        : new Room(available, largest);
  }

  /**
   * Room for volumes, in bytes.
   *
   * @param available over all pools
   * @param largestVolume in one piece
   */
  public record Room(long available, long largestVolume) {}
}
