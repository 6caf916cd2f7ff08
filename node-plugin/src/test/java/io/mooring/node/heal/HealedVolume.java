package io.mooring.node.heal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.fake.FakeHost;
import io.mooring.node.fake.FakeLun;
import io.mooring.node.iscsi.Portal;
import io.mooring.node.iscsi.Session;
import io.mooring.node.iscsi.SessionRevisions;
import io.mooring.node.iscsi.TargetPortal;
import io.mooring.node.linux.DeviceEvents;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.node.volume.Flows;
import io.mooring.node.volume.LoginSecrets;
import io.mooring.node.volume.Phase;
import io.mooring.node.volume.PodUses;
import io.mooring.node.volume.PortalOrder;
import io.mooring.node.volume.PortalOrders;
import io.mooring.node.volume.TargetEntry;
import io.mooring.node.volume.Timings;
import io.mooring.node.volume.TrackedVolume;
import io.mooring.node.volume.Tracking;
import io.mooring.node.volume.VolumeId;
import io.mooring.runtime.operation.Operations;
import io.mooring.runtime.store.Documents;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.ManualTicker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A fake host with a healer, and a raw volume over two portals where a test wants one. */
abstract class HealedVolume {
  static final String IQN = "iqn.2026-01.io.mooring:san1.0123456789abcdef";
  static final Portal A = Portal.parse("10.77.1.1:3260");
  static final Portal B = Portal.parse("10.77.2.1:3260");
  static final VolumeId VOLUME = new VolumeId("san1", "0123456789abcdef0123456789abcdef");
  static final VolumeId OTHER = new VolumeId("san1", "fedcba9876543210fedcba9876543210");
  static final int LUN = 7;
  static final long SIZE = 1L << 30;
  private static final Duration SHORT = Duration.ofMillis(400);
  private static final Timings TIMINGS =
      new Timings(
          SHORT,
          SHORT,
          SHORT,
          SHORT,
          List.of(Duration.ofMillis(20)),
          SHORT,
          SHORT,
          SHORT,
          SHORT,
          Duration.ofMillis(60),
          SHORT);

  @TempDir Path directory;
  final FakeHost host = new FakeHost("iqn.2026-01.io.mooring:node.test");
  final ManualTicker ticker = host.network().ticker();
  final FakeLun lun = new FakeLun(VOLUME.serial(), SIZE);
  final FakeLun other = new FakeLun(OTHER.serial(), SIZE);
  final List<Ailment> healed = new ArrayList<>();
  final Events events = new Events();
  Map<Ailment, Long> present = Map.of();
  int pokes;
  Duration lookTakes = Duration.ZERO;
  Hctl diskA = Hctl.of(0, LUN);
  Hctl diskB = Hctl.of(0, LUN);
  Tracking tracking;
  Flows flows;
  Healer healer;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Operations operations = new Operations("test");

  /** What the kernel tells of devices; without news the time passes. */
  final class Events implements DeviceEvents {
    boolean news;
    Optional<RuntimeException> deaf = Optional.empty();

    @Override
    public boolean await(Duration atMost) {
      if (deaf.isPresent()) {
        throw deaf.get();
      }
      if (!news) {
        ticker.pause(atMost);
      }
      boolean heard = news;
      news = false;
      return heard;
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }

  private final class Notes implements HealNotes {
    @Override
    public void healed(Ailment what) {
      healed.add(what);
    }

    @Override
    public void present(Map<Ailment, Long> found) {
      present = found;
      ticker.pause(lookTakes);
    }
  }

  @BeforeEach
  void start() {
    host.initiator().ensureIface(soon());
    process();
  }

  /** A new process on the same host: nothing but documents and the kernel is left. */
  final void process() {
    tracking =
        new Tracking(
            new Documents<>(directory.resolve("volumes"), TrackedVolume.class),
            new PortalOrders(new Documents<>(directory.resolve("portals"), PortalOrder.class)),
            new PodUses(
                new Documents<>(directory.resolve("pods"), PodUses.Use.class),
                host.bootId().current()));
    flows =
        new Flows(
            host.devices(),
            new LoginSecrets(
                Optional::empty,
                new SessionRevisions(
                    new Documents<>(directory.resolve("sessions"), SessionRevisions.Entry.class),
                    host.bootId().current())),
            tracking,
            new Flows.Options(1, Duration.ofHours(1), Duration.ofHours(1)),
            TIMINGS,
            operations,
            threads,
            (phase, took) -> {});
    healer =
        new Healer(
            host.devices(),
            host.network(),
            tracking,
            flows.repairs(),
            events,
            () -> pokes++,
            new Notes(),
            ticker);
  }

  @AfterEach
  void noForeignByteWasTouched() {
    operations.close();
    threads.shutdownNow();
    assertThat(host.violations()).isEmpty();
  }

  static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(100));
  }

  static TargetPortal route(Portal portal) {
    return new TargetPortal(IQN, 1, portal);
  }

  /** The volume is staged, with a path over each portal. */
  void aVolumeOverBoth() {
    sessions();
    host.targets().map(IQN, LUN, lun);
    host.addStaleDisk(diskA.host(), LUN, lun);
    host.addStaleDisk(diskB.host(), LUN, lun);
    host.addMap(VOLUME.wwid(), diskA, diskB);
    track(VOLUME, LUN);
  }

  void sessions() {
    diskA = Hctl.of(session(A), LUN);
    diskB = Hctl.of(session(B), LUN);
  }

  private int session(Portal portal) {
    host.initiator().ensureRecord(route(portal), Optional.empty(), soon());
    return host.addSession(route(portal));
  }

  void track(VolumeId volume, int number) {
    track(volume, number, "");
  }

  void track(VolumeId volume, int number, String fsType) {
    tracking.put(
        new TrackedVolume(
            volume.toString(),
            volume.wwid().value(),
            List.of(new TargetEntry(IQN, 1, number, List.of(A, B))),
            SIZE,
            false,
            host.bootId().current(),
            Phase.STAGED,
            "/staging",
            fsType,
            List.of(),
            false,
            null,
            null,
            null,
            null,
            null,
            null));
  }

  /** Looks at once. */
  void look() {
    events.news = true;
    healer.round();
  }

  /** Lets time pass in which the kernel tells of nothing. */
  void pass(Duration time) {
    long end = ticker.nanos() + time.toNanos();
    while (ticker.nanos() < end) {
      healer.round();
    }
  }

  /** Does something while a call works on the volume. */
  void whileBusy(Runnable work) {
    boolean done =
        flows
            .repairs()
            .alone(
                VOLUME,
                _ -> {
                  CompletableFuture.runAsync(work, threads).join();
                  return true;
                });
    assertThat(done).isTrue();
  }

  int called(String method) {
    return host.faults().count(method);
  }

  List<String> journal() {
    return host.faults().journal();
  }

  MultipathMap map() {
    return host.maps().require(VOLUME.wwid());
  }

  ScsiDisk disk(Hctl at) {
    return host.disks().at(at).orElseThrow();
  }

  Session sessionAt(Portal portal) {
    return host.initiator().sessions().stream()
        .filter(session -> session.persistentPortal().equals(portal))
        .findFirst()
        .orElseThrow();
  }
}
