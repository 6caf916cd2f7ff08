package io.mooring.node.status;

import io.mooring.node.fake.FakeHost;
import io.mooring.node.fake.FakeLun;
import io.mooring.node.guard.GuardNotes;
import io.mooring.node.guard.Hold;
import io.mooring.node.guard.Reason;
import io.mooring.node.iscsi.Portal;
import io.mooring.node.iscsi.Session;
import io.mooring.node.iscsi.TargetPortal;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.volume.Departures;
import io.mooring.node.volume.Phase;
import io.mooring.node.volume.PodUses;
import io.mooring.node.volume.PortalOrder;
import io.mooring.node.volume.PortalOrders;
import io.mooring.node.volume.TargetEntry;
import io.mooring.node.volume.TrackedVolume;
import io.mooring.node.volume.Tracking;
import io.mooring.node.volume.VolumeId;
import io.mooring.runtime.claim.Claim;
import io.mooring.runtime.store.Documents;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A volume over two portals, and what is reported of its paths. */
abstract class ReportedVolume {
  static final String IQN = "iqn.2026-01.io.mooring:san1.0123456789abcdef";
  static final Portal A = Portal.parse("10.77.1.1:3260");
  static final Portal B = Portal.parse("10.77.2.1:3260");
  static final VolumeId VOLUME = new VolumeId("san1", "0123456789abcdef".repeat(2));
  static final int LUN = 7;
  static final Claim CLAIM = new Claim("shop", "data");

  @TempDir Path directory;
  final FakeHost host = new FakeHost("iqn.2026-01.io.mooring:node.test");
  final FakeLun lun = new FakeLun(VOLUME.serial(), 1L << 30);
  final AtomicInteger told = new AtomicInteger();
  final List<PathsSeen> looks = new ArrayList<>();
  final List<Failover> byKernel = new ArrayList<>();
  Instant now = Instant.parse("2026-01-01T00:00:00Z");
  final GuardRecord guard = new GuardRecord(new Nobody(), () -> now);
  final Departures departures = new Departures(List.of());
  Tracking tracking;
  PathReporter reporter;

  /** The metrics, which are not looked at here. */
  static final class Nobody implements GuardNotes {
    @Override
    public void gaveUp(Session path, Reason reason, Duration took) {}

    @Override
    public void heldBack(Session path, Hold why) {}

    @Override
    public void cameBack(Session path) {}

    @Override
    public void watching(int paths) {}
  }

  /** Keeps what it hears. */
  final class Looks implements LookNotes {
    @Override
    public void seen(PathsSeen now) {
      looks.add(now);
    }

    @Override
    public void failedOverByKernel(Failover failover) {
      byKernel.add(failover);
    }
  }

  @BeforeEach
  void start() {
    tracking =
        new Tracking(
            new Documents<>(directory.resolve("volumes"), TrackedVolume.class),
            new PortalOrders(new Documents<>(directory.resolve("portals"), PortalOrder.class)),
            new PodUses(
                new Documents<>(directory.resolve("pods"), PodUses.Use.class),
                host.bootId().current()));
    reporter =
        new PathReporter(host.devices(), tracking, departures, guard, () -> now, new Looks());
    reporter.whenChanged(told::incrementAndGet);
  }

  static TargetPortal route(Portal portal) {
    return new TargetPortal(IQN, 1, portal);
  }

  void aVolumeOverBoth() {
    host.targets().map(IQN, LUN, lun);
    int hostA = host.addSession(route(A));
    int hostB = host.addSession(route(B));
    host.addStaleDisk(hostA, LUN, lun);
    host.addStaleDisk(hostB, LUN, lun);
    host.addMap(lun.wwid(), Hctl.of(hostA, LUN), Hctl.of(hostB, LUN));
    track();
    round();
  }

  void track() {
    track(CLAIM);
  }

  void track(@Nullable Claim claim) {
    tracking.put(
        new TrackedVolume(
            VOLUME.toString(),
            VOLUME.wwid().value(),
            List.of(new TargetEntry(IQN, 1, LUN, List.of(A, B))),
            1L << 30,
            false,
            host.bootId().current(),
            Phase.STAGED,
            "/staging",
            "",
            List.of(),
            false,
            null,
            null,
            null,
            claim,
            null,
            null));
  }

  static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(100));
  }

  void round() {
    now = now.plusSeconds(3);
    reporter.round();
  }

  VolumePaths volume() {
    return reporter.known().orElseThrow().getFirst();
  }

  List<PathStatus.State> states() {
    return volume().paths().stream().map(PathStatus::state).toList();
  }

  Session session(Portal portal) {
    return host.initiator().sessions().stream()
        .filter(session -> session.persistentPortal().equals(portal))
        .findFirst()
        .orElseThrow();
  }
}
