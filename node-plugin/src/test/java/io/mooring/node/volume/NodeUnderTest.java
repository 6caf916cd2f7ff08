package io.mooring.node.volume;

import io.mooring.node.crypt.Passphrases;
import io.mooring.node.fake.FakeHost;
import io.mooring.node.fake.FakeLun;
import io.mooring.node.fs.FsType;
import io.mooring.node.iscsi.Portal;
import io.mooring.node.iscsi.SessionRevisions;
import io.mooring.node.iscsi.TargetPortal;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.runtime.operation.Operations;
import io.mooring.runtime.store.Documents;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The flows of one node on a fake host, with real files for records and mount points. A new process
 * on the same host is {@link #restart}.
 */
final class NodeUnderTest implements AutoCloseable {
  static final String IQN = "iqn.2026-01.io.mooring:san1.0123456789abcdef";
  static final Portal A = Portal.parse("10.77.1.1:3260");
  static final Portal B = Portal.parse("10.77.2.1:3260");
  static final VolumeId VOLUME = new VolumeId("san1", "0123456789abcdef0123456789abcdef");
  static final VolumeId OTHER = new VolumeId("san1", "fedcba9876543210fedcba9876543210");
  static final int LUN = 7;
  static final long SIZE = 1L << 30;
  static final Access EXT4 = new Access.FileSystem(FsType.EXT4, List.of("noatime"));
  static final Access BTRFS = new Access.FileSystem(FsType.BTRFS, List.of());
  static final Access XFS = new Access.FileSystem(FsType.XFS, List.of());
  static final Duration LATE_JOIN = Duration.ofSeconds(1);

  static final Access BLOCK = new Access.Block();

  /** The real order of things in a hundredth of the real time. */
  static final Timings TIMINGS =
      new Timings(
          Duration.ofMillis(300),
          Duration.ofMillis(200),
          Duration.ofMillis(300),
          Duration.ofMillis(900),
          List.of(Duration.ofMillis(20), Duration.ofMillis(30), Duration.ofMillis(50)),
          Duration.ofMillis(500),
          Duration.ofMillis(400),
          Duration.ofMillis(400),
          Duration.ofMillis(400),
          Duration.ofMillis(60),
          Duration.ofMillis(300));

  final FakeHost host = new FakeHost("iqn.2026-01.io.mooring:node.test");
  final FakeLun lun = new FakeLun(VOLUME.serial(), SIZE);
  final NodeSecrets secrets = new NodeSecrets();
  private final Path directory;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Flows.Options options;
  private Executor executor = threads;
  private Operations operations = new Operations("test");
  private Tracking tracked;
  private Flows flows;

  NodeUnderTest(Path directory) {
    this(directory, new Flows.Options(1, LATE_JOIN, Duration.ofMillis(200)));
  }

  NodeUnderTest(Path directory, Flows.Options options) {
    this.directory = directory;
    this.options = options;
    host.initiator().ensureIface(soon());
    host.targets().map(IQN, LUN, lun);
    tracked = tracking();
    flows = flows();
  }

  private Flows flows() {
    return new Flows(
        devices(),
        new LoginSecrets(secrets, revisions()),
        tracked,
        options,
        TIMINGS,
        operations,
        executor,
        (phase, took) -> {});
  }

  Devices devices() {
    return host.devices();
  }

  SessionRevisions revisions() {
    return new SessionRevisions(
        new Documents<>(directory.resolve("sessions"), SessionRevisions.Entry.class),
        host.bootId().current());
  }

  /** As it is on the disk now. */
  Tracking tracking() {
    return new Tracking(
        new Documents<>(directory.resolve("volumes"), TrackedVolume.class),
        new PortalOrders(new Documents<>(directory.resolve("portals"), PortalOrder.class)),
        new PodUses(
            new Documents<>(directory.resolve("pod-uses"), PodUses.Use.class),
            host.bootId().current()));
  }

  /** Another process on the same host: nothing but files and the kernel is left. */
  void restart() {
    operations.close();
    operations = new Operations("test");
    tracked = tracking();
    flows = flows();
  }

  /** From now on everything happens on the caller's thread, in one order. */
  void singleThreaded() {
    executor = Runnable::run;
    restart();
  }

  /** The pods that have the volume. */
  List<Pod> pods() {
    return tracked.pods(VOLUME);
  }

  /** What the controller says of portals. */
  PortalOrders portals() {
    return tracked.portals();
  }

  Flows flow() {
    return flows;
  }

  NodeVolumes volumes() {
    return flows.volumes();
  }

  Path staging() {
    return directory.resolve("staging");
  }

  Path target() {
    return directory.resolve("target");
  }

  static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(100));
  }

  static PublishContext context(VolumeId volume, int lun) {
    return context(volume, lun, false);
  }

  static PublishContext context(VolumeId volume, int lun, boolean chap) {
    return new PublishContext(
        volume.identity(), SIZE, false, chap, List.of(new TargetEntry(IQN, 1, lun, List.of(A, B))));
  }

  StageRequest request(Access access) {
    return new StageRequest(VOLUME, context(VOLUME, LUN), staging(), access);
  }

  StageRequest encrypted(Access access, Passphrases passphrases) {
    return new StageRequest(
        VOLUME, context(VOLUME, LUN), staging(), access, List.of(), Optional.of(passphrases));
  }

  MultipathMap map() {
    return host.maps().find(VOLUME.wwid()).orElseThrow();
  }

  void stage(Access access) {
    stage(request(access));
  }

  void stage(StageRequest request) {
    if (!Files.exists(request.staging())) {
      makeDirectory(request.staging());
    }
    volumes().stage(request, soon());
  }

  static void makeDirectory(Path path) {
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The volume OTHER of the same target, at a place of its own. */
  void stageOther() {
    host.targets().map(IQN, LUN + 1, new FakeLun(OTHER.serial(), SIZE));
    Path place = directory.resolve("staging-of-other");
    stage(new StageRequest(OTHER, context(OTHER, LUN + 1), place, EXT4));
  }

  void unstage() {
    volumes().unstage(VOLUME, staging(), soon());
  }

  Publishing.Request publication(Access access, boolean readOnly) {
    return new Publishing.Request(
        VOLUME, staging(), target(), access, readOnly, false, Optional.empty(), Optional.empty());
  }

  Publishing.Request publication(Access access, Path where) {
    return new Publishing.Request(
        VOLUME, staging(), where, access, false, false, Optional.empty(), Optional.empty());
  }

  void publish(Access access) {
    volumes().publish(publication(access, false), soon());
  }

  /** A pod comes that brings passphrases. */
  void publish(Access access, Passphrases passphrases) {
    volumes()
        .publish(
            new Publishing.Request(
                VOLUME,
                staging(),
                target(),
                access,
                false,
                false,
                Optional.of(passphrases),
                Optional.empty()),
            soon());
  }

  void unpublish() {
    volumes().unpublish(VOLUME, target(), soon());
  }

  static TargetPortal route(Portal portal) {
    return new TargetPortal(IQN, 1, portal);
  }

  /** The host has no trace of any volume; sessions may be there. */
  boolean clean() {
    return host.allDisks().isEmpty()
        && host.maps().all().isEmpty()
        && host.mappings().isEmpty()
        && host.mounts().table().isEmpty()
        && host.registeredWwids().isEmpty()
        && tracking().all().isEmpty();
  }

  @Override
  public void close() {
    operations.close();
    threads.shutdownNow();
  }
}
