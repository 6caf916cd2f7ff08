package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.linux.Holder;
import io.mooring.node.linux.Holders;
import io.mooring.node.multipath.Maps;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.multipath.Reply;
import io.mooring.node.scsi.Wwid;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steps D6 and D7: a map is flushed and removed by multipathd, never forced, and proven gone. "ok"
 * is no proof: multipathd also says it when it left the map behind, suspended, with every opener of
 * it hanging.
 */
final class MapRemoval {
  private static final Logger LOG = LoggerFactory.getLogger(MapRemoval.class);
  private static final int ROUNDS = 3;
  private static final Poll BUSY = new Poll(Duration.ofMillis(100), Duration.ofSeconds(2));

  private final Maps maps;
  private final Holders holders;
  private final Timings timings;

  MapRemoval(Maps maps, Holders holders, Timings timings) {
    this.maps = requireNonNull(maps, "maps is null");
    this.holders = requireNonNull(holders, "holders is null");
    this.timings = requireNonNull(timings, "timings is null");
  }

  /**
   * Removes the map of that WWID; none is fine.
   *
   * @throws Failure FAILED_PRECONDITION when it is in use, naming who uses it; INTERNAL when it
   *     stays for another reason
   */
  void remove(Wwid wwid, Deadline deadline) {
    for (int round = 1; round <= ROUNDS; round++) {
      Optional<MultipathMap> map = maps.find(wwid);
      if (map.isEmpty()) {
        return;
      }
      revive(map.get(), deadline);
      delete(map.get(), deadline);
      if (isGone(map.get(), deadline)) {
        return;
      }
      LOG.warn("{} is still there although multipathd removed it (round {})", map.get(), round);
    }
    throw Failure.internal(
        "map %s comes back or stays although multipathd removed it; see multipathd's log"
            .formatted(wwid));
  }

  /** A suspended map cannot be flushed and blocks whoever opens it. */
  private void revive(MultipathMap map, Deadline deadline) {
    if (map.suspended()) {
      LOG.warn("{} is suspended; resuming it", map);
      maps.resume(map, deadline);
      maps.addMap(map.wwid(), deadline);
    }
  }

  private void delete(MultipathMap map, Deadline deadline) {
    Deadline bound = deadline.atMost(timings.busy());
    Optional<Reply> last =
        BUSY.forValue(
            bound,
            () -> {
              Reply reply = maps.delMap(map.wwid(), bound);
              boolean again = reply instanceof Reply.Busy && maps.find(map.wwid()).isPresent();
              return again ? Optional.empty() : Optional.of(reply);
            });
    settle(map, last.orElse(new Reply.Busy()), deadline);
  }

  private void settle(MultipathMap map, Reply reply, Deadline deadline) {
    switch (reply) {
      case Reply.Ok ok -> LOG.debug("{} removed: {}", map, ok);
      case Reply.Busy busy -> throw inUse(map);
      case Reply.Unknown unknown -> removeUnknown(map, deadline);
      case Reply.TimedOut out ->
          throw Failure.unavailable(map + ": multipathd was too busy to remove it; try again");
      case Reply.Blacklisted blacklisted -> removeUnknown(map, deadline);
      case Reply.Refused refused -> {
        if (maps.find(map.wwid()).isPresent()) {
          throw Failure.internal(
              map + ": multipathd could not remove it (" + refused.text() + "); see its log");
        }
      }
    }
  }

  /** multipathd does not know the map: let it learn of it, so that the removal stays its own. */
  private void removeUnknown(MultipathMap map, Deadline deadline) {
    if (maps.find(map.wwid()).isEmpty()) {
      return;
    }
    Reply learned = maps.addMap(map.wwid(), deadline);
    Reply removed = learned.ok() ? maps.delMap(map.wwid(), deadline) : learned;
    if (removed instanceof Reply.Busy) {
      throw inUse(map);
    }
    Optional<MultipathMap> left = maps.find(map.wwid());
    if (left.isPresent() && !removed.ok()) {
      maps.removeUnknown(left.get(), deadline);
    }
  }

  private boolean isGone(MultipathMap map, Deadline deadline) {
    return Poll.SYSFS.until(
        deadline.atMost(timings.gone().dividedBy(2)), () -> maps.find(map.wwid()).isEmpty());
  }

  private Failure inUse(MultipathMap map) {
    List<Holder> users = holders.of(map.number());
    String who =
        users.isEmpty()
            ? "something that is not visible from here"
            : users.stream().map(Holder::toString).collect(Collectors.joining("; "));
    return Failure.failedPrecondition(map + " is in use: " + who + "; end that and try again");
  }
}
