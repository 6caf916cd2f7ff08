package io.mooring.controller.volume;

import io.mooring.controller.target.Agent;
import io.mooring.controller.target.Fleet;
import io.mooring.controller.target.StorageTarget;
import io.mooring.controller.target.StoredVolume;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;

/** From a volume's id to the agent that has it, with the two answers for when there is none. */
final class Volumes {
  private Volumes() {}

  /**
   * An id that was given from outside.
   *
   * @throws Failure NOT_FOUND for an id that no volume can have
   */
  static VolumeId parse(String volumeId) {
    return VolumeId.parse(volumeId)
        .orElseThrow(() ->
            Failure.notFound(
                "volume %s does not exist: the id has not the form <storage target>/<serial>"
                    .formatted(volumeId)));
  }

  /**
   * For calls that use the volume.
   *
   * @throws Failure NOT_FOUND when its target is not configured
   */
  static Agent agent(Fleet fleet, VolumeId id) {
    return fleet.agent(target(fleet, id));
  }

  /**
   * Where the volume is.
   *
   * @throws Failure NOT_FOUND when its target is not configured
   */
  static StorageTarget target(Fleet fleet, VolumeId id) {
    return fleet
        .target(id.target())
        .orElseThrow(() ->
            Failure.notFound(
                "volume %s is not known: there is no storage target %s; configured are %s"
                    .formatted(id, id.target(), fleet.targets().keySet())));
  }

  /**
   * For calls whose OK promises that something is gone; nobody can promise that for a host that is
   * not asked.
   *
   * @throws Failure FAILED_PRECONDITION when its target is not configured
   */
  static Agent agentOrRefuse(Fleet fleet, VolumeId id) {
    return agentOrRefuse(fleet, id.target(), "volume " + id);
  }

  /**
   * The same for something that is no volume.
   *
   * @param object what it is, for the message
   */
  static Agent agentOrRefuse(Fleet fleet, String target, String object) {
    return fleet
        .agent(target)
        .orElseThrow(() ->
            Failure.failedPrecondition(
                "storage target %s of %s is not configured; add it again, so that its host can be asked"
                    .formatted(target, object)));
  }

  /**
   * The volume as its host has it.
   *
   * @throws Failure NOT_FOUND when there is no such volume
   */
  static StoredVolume get(Fleet fleet, VolumeId id, Deadline deadline) {
    return agent(fleet, id)
        .withSerial(id.serial(), deadline)
        .orElseThrow(() -> Failure.notFound("volume %s does not exist".formatted(id)));
  }
}
