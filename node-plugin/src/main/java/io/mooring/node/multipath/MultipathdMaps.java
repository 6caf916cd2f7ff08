package io.mooring.node.multipath;

import static java.util.Objects.requireNonNull;

import io.mooring.node.linux.DeviceNumber;
import io.mooring.node.linux.Sysfs;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.scsi.Wwid;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The host's multipath maps, by sysfs and multipathd. */
public final class MultipathdMaps implements Maps {
  /** multipathd answers "timeout" when something else holds its lock; it has then done nothing. */
  private static final Poll BUSY = new Poll(Duration.ofMillis(250), Duration.ofSeconds(2));

  private static final Poll RESUMED = Poll.SYSFS;
  private static final Duration RESUME_LIMIT = Duration.ofSeconds(10);
  private static final Pattern PATH_NAME = Pattern.compile("[a-z0-9]{1,32}");
  private static final Pattern DAEMON = Pattern.compile("pid (\\d+) (\\w+).*");

  private final Multipathd multipathd;
  private final SysfsMaps maps;
  private final WwidsFile wwids;
  private final DeviceMapper deviceMapper;

  /**
   * @param wwidsFile {@code /etc/multipath/wwids}
   */
  public MultipathdMaps(
      Multipathd multipathd, Sysfs sysfs, Path wwidsFile, CommandRunner commands) {
    this.multipathd = requireNonNull(multipathd, "multipathd is null");
    this.maps = new SysfsMaps(sysfs);
    this.wwids = new WwidsFile(wwidsFile);
    this.deviceMapper = new DeviceMapper(commands);
  }

  @Override
  public Optional<MultipathMap> find(Wwid wwid) {
    return maps.find(wwid);
  }

  @Override
  public Optional<MultipathMap> byNumber(DeviceNumber number) {
    return maps.byNumber(number);
  }

  @Override
  public List<MultipathMap> all() {
    return maps.all();
  }

  @Override
  public OptionalInt openCount(MultipathMap map, Deadline deadline) {
    return deviceMapper.openCount(map.wwid(), deadline);
  }

  @Override
  public Optional<MapStatus> status(Wwid wwid, Deadline deadline) {
    return StatusJson.parse(show("show map " + wwid + " json", deadline));
  }

  @Override
  public void registerWwid(Wwid wwid, Deadline deadline) {
    wwids.add(wwid, deadline);
  }

  @Override
  public void forgetWwid(Wwid wwid, Deadline deadline) {
    wwids.remove(wwid, deadline);
  }

  @Override
  public Reply addPath(String path, Deadline deadline) {
    return command("add path " + checked(path), deadline);
  }

  @Override
  public Reply delPath(String path, Deadline deadline) {
    return command("del path " + checked(path), deadline);
  }

  @Override
  public Reply failPath(String path, Deadline deadline) {
    return command("fail path " + checked(path), deadline);
  }

  @Override
  public void failPath(MultipathMap map, DeviceNumber path, Deadline deadline) {
    deviceMapper.failPath(map.wwid(), path, deadline);
  }

  @Override
  public Reply reinstatePath(String path, Deadline deadline) {
    return command("reinstate path " + checked(path), deadline);
  }

  @Override
  public Reply addMap(Wwid wwid, Deadline deadline) {
    return command("add map " + wwid, deadline);
  }

  @Override
  public Reply delMap(Wwid wwid, Deadline deadline) {
    return command("del map " + wwid, deadline);
  }

  @Override
  public Reply reloadMap(Wwid wwid, Deadline deadline) {
    return command("reload map " + wwid, deadline);
  }

  @Override
  public Reply resizeMap(Wwid wwid, Deadline deadline) {
    return command("resize map " + wwid, deadline);
  }

  @Override
  public Reply disableQueueing(Wwid wwid, Deadline deadline) {
    return command("disablequeueing map " + wwid, deadline);
  }

  @Override
  public Reply restoreQueueing(Wwid wwid, Deadline deadline) {
    return command("restorequeueing map " + wwid, deadline);
  }

  @Override
  public void resume(MultipathMap map, Deadline deadline) {
    Deadline limit = deadline.atMost(RESUME_LIMIT);
    // multipathd knows only its own maps here, and those only by their names.
    if (command("resume map " + map.name(), limit).ok() && resumed(map.wwid(), limit)) {
      return;
    }
    deviceMapper.resume(map.wwid(), limit);
    if (!resumed(map.wwid(), limit)) {
      throw Failure.internal(
          map + " stays suspended; look at 'dmsetup info " + map.name() + "' on this host");
    }
  }

  private boolean resumed(Wwid wwid, Deadline deadline) {
    return RESUMED.until(
        deadline.atMost(Duration.ofSeconds(1)),
        () -> maps.find(wwid).map(map -> !map.suspended()).orElse(true));
  }

  @Override
  public void removeUnknown(MultipathMap map, Deadline deadline) {
    MultipathMap now =
        maps.find(map.wwid())
            .orElseThrow(() -> Failure.failedPrecondition(map + " is not there any more"));
    OptionalInt open = deviceMapper.openCount(now.wwid(), deadline);
    if (!now.holders().isEmpty() || open.isEmpty() || open.getAsInt() != 0) {
      throw Failure.failedPrecondition(
          "%s is in use (%s open, on top of it: %s), so it is left; end what uses it"
              .formatted(
                  now, open.isPresent() ? open.getAsInt() : "?", String.join(", ", now.holders())));
    }
    deviceMapper.remove(now.wwid(), deadline);
  }

  @Override
  public List<KnownPath> knownPaths(Deadline deadline) {
    return knownPaths(show("show paths raw format \"%d|%w|%i|%t|%T\"", deadline));
  }

  static List<KnownPath> knownPaths(String answer) {
    List<KnownPath> paths = new ArrayList<>();
    for (String line : answer.lines().toList()) {
      List<String> fields = Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
      if (fields.size() == 5) {
        paths.add(
            new KnownPath(
                fields.get(0), fields.get(1), fields.get(2), fields.get(3), fields.get(4)));
      }
    }
    return List.copyOf(paths);
  }

  @Override
  public Map<Wwid, Set<Hctl>> activePaths(Deadline deadline) {
    return maps.addresses(deviceMapper.activePaths(deadline));
  }

  @Override
  public DaemonState daemonState(Deadline deadline) {
    String answer = multipathd.ask("show daemon", deadline).strip();
    Matcher matcher = DAEMON.matcher(answer);
    if (!matcher.matches()) {
      throw Failure.internal("multipathd described itself in a form that is not known: " + answer);
    }
    String state = answer.contains("pending reconfigure") ? "configure" : matcher.group(2);
    return new DaemonState(Long.parseLong(matcher.group(1)), state);
  }

  /** The answer to a question; asked again while multipathd is too busy. */
  private String show(String question, Deadline deadline) {
    return BUSY.forValue(
            deadline,
            () ->
                Optional.of(multipathd.ask(question, deadline))
                    .filter(answer -> !(Replies.parse(answer) instanceof Reply.TimedOut)))
        .orElseThrow(() ->
            Failure.unavailable(
                "multipathd was too busy to answer '%s'; try again".formatted(question)));
  }

  /** The reply to a command; sent again while multipathd says that it was too busy to begin. */
  private Reply command(String command, Deadline deadline) {
    try {
      return BUSY.<Reply>forValue(
              deadline,
              () ->
                  Optional.of(Replies.parse(multipathd.ask(command, deadline)))
                      .filter(reply -> !(reply instanceof Reply.TimedOut)))
          .orElseGet(Reply.TimedOut::new);
    } catch (Failure e) {
      if (e.kind() == Kind.DEADLINE_EXCEEDED) {
        return new Reply.TimedOut();
      }
      throw e;
    }
  }

  private static String checked(String path) {
    if (!PATH_NAME.matcher(path).matches()) {
      throw Failure.invalidArgument("'" + path + "' is not the name of a disk such as sdc");
    }
    return path;
  }
}
