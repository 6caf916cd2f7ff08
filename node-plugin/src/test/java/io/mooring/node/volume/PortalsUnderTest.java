package io.mooring.node.volume;

import static io.mooring.node.volume.NodeUnderTest.A;
import static io.mooring.node.volume.NodeUnderTest.B;
import static io.mooring.node.volume.NodeUnderTest.IQN;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.iscsi.Portal;
import io.mooring.node.iscsi.Session;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A node whose portals are ordered away and back. */
abstract class PortalsUnderTest {
  static final Portal C = Portal.parse("10.77.3.1:3260");

  @TempDir Path directory;
  NodeUnderTest node;

  @BeforeEach
  void start() {
    node = new NodeUnderTest(directory.resolve("node"));
  }

  @AfterEach
  void noForeignByteWasTouched() {
    node.close();
    assertThat(node.host.violations()).isEmpty();
  }

  static PortalOrder order(long revision, List<Portal> wanted, List<Portal> maintenance) {
    return new PortalOrder("san1", revision, wanted, maintenance);
  }

  static PortalOrder maintenanceOfB() {
    return order(2, List.of(A), List.of(B));
  }

  void told(PortalOrder order) {
    node.portals().take(order);
    drain();
  }

  void drain() {
    node.flow().drain().once();
  }

  void join() {
    node.flow().lateJoin().once();
  }

  List<Portal> sessions() {
    return node.host.initiator().sessions().stream()
        .map(Session::persistentPortal)
        .sorted((one, other) -> one.toString().compareTo(other.toString()))
        .toList();
  }

  /** What was done since then; asking a disk who it is changes nothing. */
  List<String> since(int calls) {
    List<String> journal = node.host.faults().journal();
    return journal.subList(calls, journal.size()).stream()
        .filter(call -> !call.startsWith("disks.liveIdentity "))
        .toList();
  }

  String obstacle(Portal portal) {
    return node.flow().departures().obstacle(IQN, portal).orElse("");
  }
}
