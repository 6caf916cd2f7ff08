package io.mooring.node.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.fake.FakeHost;
import io.mooring.node.fake.FakeLun;
import io.mooring.node.fake.FakeNetwork;
import io.mooring.node.iscsi.Portal;
import io.mooring.node.iscsi.Session;
import io.mooring.node.iscsi.TargetPortal;
import io.mooring.node.scsi.Hctl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The guard on a fake host: two sessions, a volume over both, a writer on each. */
abstract class GuardedVolume {
  static final String IQN = "iqn.2026-01.io.mooring:san1.0123456789abcdef";
  static final Portal A = Portal.parse("10.77.1.1:3260");
  static final Portal B = Portal.parse("10.77.2.1:3260");
  static final int LUN = 7;
  static final String A_AT_ONCE = A + " after 0 s";
  static final String B_AT_ONCE = B + " after 0 s";

  final FakeHost host = new FakeHost("iqn.2026-01.io.mooring:node.test");
  final FakeNetwork network = host.network();
  final List<String> notes = new ArrayList<>();
  final List<Duration> failovers = new ArrayList<>();
  final FakeLun lun = new FakeLun("0123456789abcdef0123456789abcdef", 1L << 30);
  final List<Runnable> questions = new ArrayList<>();
  boolean noThreads;
  PathGuard guard = guard(true);
  int hostA;
  int hostB;

  PathGuard guard(boolean enabled) {
    return new PathGuard(
        network,
        network,
        host.maps(),
        new Asking(network, host.disks(), this::ask),
        network.endings(),
        new PathGuard.Options(enabled, Thresholds.STANDARD),
        new Notes(),
        network.ticker());
  }

  private void ask(Runnable question) {
    if (noThreads) {
      throw new OutOfMemoryError("unable to create native thread");
    }
    questions.add(question);
  }

  /** Writes down what is told. */
  private final class Notes implements GuardNotes {
    @Override
    public void gaveUp(Session path, Reason reason, Duration after) {
      assertThat(after).isPositive();
      notes.add("gave up " + path.persistentPortal() + ": " + reason.label());
      failovers.add(after);
    }

    @Override
    public void heldBack(Session path, Hold why) {
      notes.add("held " + path.persistentPortal() + ": " + why.label());
    }

    @Override
    public void cameBack(Session path) {
      notes.add("back " + path.persistentPortal());
    }

    @Override
    public void watching(int paths) {
      assertThat(paths).isEqualTo(network.sessions().size());
    }
  }

  static TargetPortal route(Portal portal) {
    return new TargetPortal(IQN, 1, portal);
  }

  void aVolumeOverBoth() {
    hostA = host.addSession(route(A));
    hostB = host.addSession(route(B));
    host.targets().map(IQN, LUN, lun);
    host.addStaleDisk(hostA, LUN, lun);
    host.addStaleDisk(hostB, LUN, lun);
    host.addMap(lun.wwid(), Hctl.of(hostA, LUN), Hctl.of(hostB, LUN));
    network.load(A, true);
    network.load(B, true);
    pass(Duration.ofSeconds(2));
    assertThat(network.destroyed()).isEmpty();
  }

  /** Time passes, and whoever is asked has answered before the next round. */
  void pass(Duration time) {
    pass(time, this::answer);
  }

  /** Time passes, and every question stays open. */
  void passUnanswered(Duration time) {
    pass(time, () -> {});
  }

  private void pass(Duration time, Runnable afterARound) {
    long end = network.ticker().nanos() + time.toNanos();
    while (network.ticker().nanos() < end) {
      guard.round();
      afterARound.run();
    }
  }

  private void answer() {
    List<Runnable> asked = List.copyOf(questions);
    questions.clear();
    asked.forEach(Runnable::run);
  }
}
