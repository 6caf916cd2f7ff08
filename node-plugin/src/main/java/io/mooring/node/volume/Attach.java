package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.fs.SeLinuxContext;
import io.mooring.node.linux.Mount;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.scsi.Wwid;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * NodeStageVolume: from a LUN number to a map, mounted where a file system is asked for. The steps
 * are those of the attach algorithm in docs/node.md; each can be taken up again after a crash from
 * what sysfs, mountinfo and the tracking file say.
 */
public final class Attach {
  private static final Logger LOG = LoggerFactory.getLogger(Attach.class);
  private static final Duration UNDOING = Duration.ofSeconds(15);
  private static final Duration UNMOUNTING = Duration.ofSeconds(60);

  private final Devices devices;
  private final Tracking tracking;
  private final PathRounds rounds;
  private final MapReady mapReady;
  private final CryptLayer crypt;
  private final FileSystemStage fileSystems;
  private final Undo undo;
  private final Layers layers;
  private final Timings timings;
  private final int minimumPaths;

  Attach(
      Devices devices,
      Tracking tracking,
      PathRounds rounds,
      MapReady mapReady,
      CryptLayer crypt,
      FileSystemStage fileSystems,
      Undo undo,
      Layers layers,
      Timings timings,
      int minimumPaths) {
    this.devices = requireNonNull(devices, "devices is null");
    this.tracking = requireNonNull(tracking, "tracking is null");
    this.rounds = requireNonNull(rounds, "rounds is null");
    this.mapReady = requireNonNull(mapReady, "mapReady is null");
    this.crypt = requireNonNull(crypt, "crypt is null");
    this.fileSystems = requireNonNull(fileSystems, "fileSystems is null");
    this.undo = requireNonNull(undo, "undo is null");
    this.layers = requireNonNull(layers, "layers is null");
    this.timings = requireNonNull(timings, "timings is null");
    this.minimumPaths = minimumPaths;
  }

  /**
   * Stages the volume; returns at once where it is staged already.
   *
   * @throws Failure ALREADY_EXISTS when it is staged in another way; UNAVAILABLE when no path came
   *     up; FAILED_PRECONDITION or INTERNAL when somebody has to look at it first
   */
  public void stage(StageRequest request, Deadline deadline) {
    rounds.awaitNone(request.volume(), deadline);
    if (isStaged(request, deadline)) { // A3
      record(request, Phase.STAGED);
      renewPassphrase(request, deadline);
      return;
    }
    Wwid wwid = request.context().wwid();
    Undo.Before before =
        new Undo.Before(isUnfinished(request), devices.maps().find(wwid).isPresent());
    record(request, Phase.STAGING); // A4
    FailPoints.pass("node.stage.after-tracking");
    devices.maps().registerWwid(wwid, deadline); // A5
    FailPoints.pass("node.stage.after-wwid");
    // Asked for after the record is there: who takes a portal away looks at records afterwards.
    PublishContext wanted = tracking.portals().applied(request.volume(), request.context());
    PathRound round = rounds.begin(request.volume(), wanted, deadline); // A6 to A11
    try {
      MultipathMap map = assemble(round, request, before, deadline);
      try {
        use(map, request, deadline); // A15, A16
        complete(round, request, deadline);
      } catch (Failure failure) {
        round.close();
        throw undo.afterUse(failure, request, before, deadline);
      }
    } finally {
      round.close();
    }
  }

  private void use(MultipathMap map, StageRequest request, Deadline deadline) {
    takeOff(request, deadline);
    VolumeDevice device =
        request.encrypted() ? crypt.open(map, request, deadline) : VolumeDevice.of(map);
    switch (request.access()) {
      case Access.FileSystem access -> fileSystems.mount(device, request, access, deadline);
      case Access.Block _ -> mapReady.requireReadable(device, deadline);
    }
  }

  private void renewPassphrase(StageRequest request, Deadline deadline) {
    Optional<MultipathMap> map = devices.maps().find(request.context().wwid());
    if (map.isPresent() && request.passphrases().isPresent()) {
      crypt.renew(
          map.get(),
          request.volume(),
          request.context().readOnly(),
          request.passphrases().get(),
          deadline);
    }
  }

  /** A12 to A14; what is of no more use is undone when no usable map comes of it. */
  private MultipathMap assemble(
      PathRound round, StageRequest request, Undo.Before before, Deadline deadline) {
    Deadline bound = deadline.leaving(UNDOING);
    try {
      round.awaitFirst(bound);
      MultipathMap map = mapReady.await(request.context(), bound);
      round.requireNoWrongDisk();
      return map;
    } catch (Failure failure) {
      round.close();
      throw undo.after(failure, request, round, before, deadline);
    }
  }

  /** A12 and A18: the grace has run while the file system was looked at. */
  private void complete(PathRound round, StageRequest request, Deadline deadline) {
    round.awaitAnswering(timings.probe(), timings.grace(), deadline);
    round.requireNoWrongDisk();
    if (round.joined() < minimumPaths) {
      throw Failure.unavailable(
          "%s has %d of the %d paths that minimum-paths asks for; check the path networks"
              .formatted(request.volume(), round.joined(), minimumPaths));
    }
    FailPoints.pass("node.stage.before-staged");
    record(request, Phase.STAGED);
    LOG.info("{}: staged over {} paths", request.volume(), round.joined());
  }

  /**
   * Puts on record what this request says. The mark of a file system, newer limits and a larger
   * size are kept: the request may be of a time before them.
   */
  private void record(StageRequest request, Phase phase) {
    Optional<TrackedVolume> before = tracking.get(request.volume());
    TrackedVolume fresh = TrackedVolume.staging(request, devices.bootId().current()).in(phase);
    TrackedVolume newest =
        before
            .map(known ->
                fresh
                    .allowing(known.allowed())
                    .withSize(Math.max(fresh.sizeBytes(), known.sizeBytes())))
            .orElse(fresh);
    boolean formatted =
        before.filter(TrackedVolume::formatted).isPresent()
            || (phase == Phase.STAGED
                && (request.access() instanceof Access.FileSystem || request.encrypted()));
    tracking.put(formatted ? newest.withFileSystem() : newest);
  }

  private boolean isStaged(StageRequest request, Deadline deadline) {
    boolean onRecord = requireSameUse(request);
    List<Mount> mounted = layers.at(request.staging());
    Optional<VolumeDevice> device =
        devices
            .maps()
            .find(request.context().wwid())
            .flatMap(map -> crypt.on(map, request.encrypted()));
    if (mounted.isEmpty()) {
      return onRecord && device.isPresent() && isReadyDevice(request, deadline);
    }
    if (device.isEmpty() || layers.onlyOne(request.staging(), device.get()).isEmpty()) {
      throw Failure.failedPrecondition(
          "something else than %s is mounted at %s (%s); unmount it first"
              .formatted(request.volume(), request.staging(), mounted));
    }
    Mount mount = mounted.getFirst();
    if (isUnfinished(request) && isOfType(request, mount)) {
      return false;
    }
    requireFileSystem(request, mount);
    requireReadable(request, deadline);
    return true;
  }

  /**
   * What an unfinished stage has mounted goes first: it was never answered, so nobody has it, and
   * what comes after the mount is still to come. The map has a path now, without which the umount
   * would hang. While the mount stays the kubelet has to know that there is something to unstage.
   */
  private void takeOff(StageRequest request, Deadline deadline) {
    try {
      if (!layers.at(request.staging()).isEmpty()) {
        devices.mounts().unmount(request.staging(), deadline.atMost(UNMOUNTING));
      }
    } catch (Failure e) {
      throw Failure.unavailable(
          "%s: what an unfinished stage has mounted cannot be taken off yet: %s"
              .formatted(request.volume(), e.sentence()));
    }
  }

  /** Whether this boot has begun to stage it, or to take it apart, and broke off. */
  private boolean isUnfinished(StageRequest request) {
    return tracking
        .get(request.volume())
        .filter(volume -> volume.bootId().equals(devices.bootId().current()))
        .filter(volume -> volume.phase() != Phase.STAGED)
        .isPresent();
  }

  private static boolean isOfType(StageRequest request, Mount mount) {
    return request.access() instanceof Access.FileSystem access
        && access.type().toString().equals(mount.fsType());
  }

  private static boolean hasContext(StageRequest request, Mount mount) {
    return request.access() instanceof Access.FileSystem access
        && SeLinuxContext.in(access.options()).equals(SeLinuxContext.of(mount));
  }

  private boolean isReadyDevice(StageRequest request, Deadline deadline) {
    if (!(request.access() instanceof Access.Block)) {
      return false;
    }
    requireReadable(request, deadline);
    return true;
  }

  private void requireReadable(StageRequest request, Deadline deadline) {
    MultipathMap map = mapReady.await(request.context(), deadline);
    mapReady.requireReadable(crypt.on(map), deadline);
  }

  private static void requireFileSystem(StageRequest request, Mount mount) {
    if (!isOfType(request, mount) || !hasContext(request, mount)) {
      throw Failure.alreadyExists(
          "%s is staged at %s as %s%s; unstage it before it is staged in another way"
              .formatted(
                  request.volume(),
                  request.staging(),
                  mount.fsType(),
                  said(SeLinuxContext.of(mount))));
    }
  }

  /** Of all mount options: what else is in them can be somebody's secret. */
  private static String said(Optional<SeLinuxContext> context) {
    return context.map(its -> " with the SELinux context " + its).orElse("");
  }

  /**
   * Whether the record says that this boot has staged it; never a second time in another way or
   * place.
   */
  private boolean requireSameUse(StageRequest request) {
    Optional<TrackedVolume> staged =
        tracking
            .get(request.volume())
            .filter(volume -> volume.bootId().equals(devices.bootId().current()))
            .filter(volume -> volume.phase() == Phase.STAGED);
    if (staged.isPresent()
        && (!staged.get().access().equals(request.access())
            || staged.get().encrypted() != request.encrypted()
            || !staged.get().staging().equals(request.staging()))) {
      throw Failure.alreadyExists(
          "%s is staged at %s%s; unstage it before it is staged in another way"
              .formatted(
                  request.volume(),
                  staged.get().stagingPath(),
                  staged.get().fsType().isEmpty()
                      ? " as a raw device"
                      : " as %s%s and its mount options"
                          .formatted(
                              staged.get().fsType(),
                              said(SeLinuxContext.in(staged.get().mountOptions())))));
    }
    return staged.isPresent();
  }
}
