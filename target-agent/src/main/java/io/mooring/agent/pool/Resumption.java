package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets volumes go on that stand still although nobody works on them: an agent, or its LVM command,
 * was killed in the middle. Until then every pod that uses them waits. While an LVM command holds
 * the volume group they are left to it, however long it takes: its snapshot would be of no one
 * moment otherwise. A thin pool that stands still itself is only reported: what LVM was about to do
 * with it is not known here.
 */
public final class Resumption {
  private static final Logger LOG = LoggerFactory.getLogger(Resumption.class);

  /** For so long an LVM command suspends a volume as a rule; nothing is to be done about that. */
  private static final Duration INSTANT = Duration.ofSeconds(1);

  private static final Duration EACH = Duration.ofSeconds(10);

  private final DeviceMapper mapper;
  private final Collection<Place> places;
  private final Duration instant;

  /** A volume group and the thin pool in it. */
  public record Place(String group, String thinPool) {
    private String device() {
      return DeviceMapper.poolName(group, thinPool);
    }
  }

  /** For the volumes in these places. */
  public Resumption(DeviceMapper mapper, Collection<Place> places) {
    this(mapper, places, INSTANT);
  }

  Resumption(DeviceMapper mapper, Collection<Place> places, Duration instant) {
    this.mapper = requireNonNull(mapper, "mapper is null");
    this.places = List.copyOf(places);
    this.instant = requireNonNull(instant, "instant is null");
  }

  /** Whether there is anything to do. */
  boolean isNeeded() {
    return !suspended().isEmpty();
  }

  private List<String> suspended() {
    Set<String> names = new LinkedHashSet<>(mapper.suspendedAmong(pools().keySet()));
    names.addAll(volumes().keySet());
    return List.copyOf(names);
  }

  /** The suspended volumes, and the volume group of each. */
  private Map<String, String> volumes() {
    Map<String, String> groups = new LinkedHashMap<>();
    for (Place place : places) {
      mapper.suspendedVolumes(place.group()).forEach(name -> groups.put(name, place.group()));
    }
    return groups;
  }

  private Map<String, Place> pools() {
    return places.stream().collect(Collectors.toMap(Place::device, place -> place, (a, _) -> a));
  }

  /** Resumes the volumes; one sentence for each that cannot be, and for each thin pool. */
  public List<String> run() {
    List<String> left = new ArrayList<>(suspended());
    if (left.isEmpty()
        || Poll.SYSFS.until(
            Deadline.after(instant),
            () -> {
              left.retainAll(suspended());
              return left.isEmpty();
            })) {
      return List.of();
    }
    List<String> problems = new ArrayList<>();
    Map<String, Place> pools = pools();
    pools.keySet().stream().filter(left::remove).forEach(name -> problems.add(stands(name, pools)));
    Map<String, String> groups = volumes();
    left.retainAll(groups.keySet());
    left.removeIf(name -> !resumed(name, requireNonNull(groups.get(name)), problems));
    mapper
        .suspendedAmong(left)
        .forEach(name -> problems.add(name + " stays suspended; try dmsetup resume " + name));
    return problems;
  }

  /** False while it is left to an LVM command; what became of it otherwise is to be looked at. */
  private boolean resumed(String name, String group, List<String> problems) {
    try {
      if (!mapper.resumeUnlessChanging(group, name, Deadline.after(EACH))) {
        problems.add(
            "%s is suspended while an LVM command holds volume group %s, to which it is left; if that command hangs, end it"
                .formatted(name, group));
        return false;
      }
      LOG.warn("{} was suspended by something that died, and goes on", name);
    } catch (Failure e) {
      LOG.error("{} is suspended and cannot be resumed: {}", name, e.sentence());
    }
    return true;
  }

  private static String stands(String device, Map<String, Place> pools) {
    Place place = requireNonNull(pools.get(device), "there is no such pool");
    return ("thin pool %1$s/%2$s is suspended, and every volume in it waits: an LVM command was killed in the middle;"
            + " when none runs any more: dmsetup resume %3$s, then lvchange --refresh %1$s/%2$s")
        .formatted(place.group(), place.thinPool(), device);
  }
}
