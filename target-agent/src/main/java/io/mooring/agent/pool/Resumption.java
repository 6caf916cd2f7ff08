package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets volumes go on that stand still although nobody works on them: an agent, or its LVM command,
 * was killed in the middle. Until then every pod that uses them waits.
 */
public final class Resumption {
  private static final Logger LOG = LoggerFactory.getLogger(Resumption.class);

  /**
   * An LVM command suspends a volume for an instant, and it may be one that outlived its agent, or
   * an administrator's. To resume under its hands would spoil its snapshot.
   */
  private static final Duration INSTANT = Duration.ofSeconds(1);

  private static final Duration EACH = Duration.ofSeconds(10);

  private final DeviceMapper mapper;
  private final Collection<String> groups;
  private final Duration instant;

  /** For the volumes in these volume groups. */
  public Resumption(DeviceMapper mapper, Collection<String> groups) {
    this(mapper, groups, INSTANT);
  }

  Resumption(DeviceMapper mapper, Collection<String> groups, Duration instant) {
    this.mapper = requireNonNull(mapper, "mapper is null");
    this.groups = List.copyOf(groups);
    this.instant = requireNonNull(instant, "instant is null");
  }

  /** Whether there is anything to do. */
  boolean isNeeded() {
    return !suspended().isEmpty();
  }

  private List<String> suspended() {
    return groups.stream().flatMap(group -> mapper.suspendedVolumes(group).stream()).toList();
  }

  /** Resumes them; one sentence for each that cannot be. */
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
    for (String name : left) {
      try {
        mapper.resume(List.of(name), Deadline.after(EACH));
        LOG.warn("{} was suspended by something that died, and goes on", name);
      } catch (Failure e) {
        LOG.error("{} is suspended and cannot be resumed: {}", name, e.sentence());
      }
    }
    mapper
        .suspendedAmong(left)
        .forEach(name -> problems.add(name + " stays suspended; try dmsetup resume " + name));
    return problems;
  }
}
