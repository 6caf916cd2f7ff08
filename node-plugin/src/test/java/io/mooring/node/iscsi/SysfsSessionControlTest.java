package io.mooring.node.iscsi;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.network.TcpConnection;
import io.mooring.node.sample.SysfsTree;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SysfsSessionControlTest {
  private static final String OURS = "iqn.2026-01.io.mooring:node.test";
  private static final String CONNECTION = "class/iscsi_connection/connection1:0/";
  private static final String RECOVERY = "class/iscsi_session/session1/recovery_tmo";

  private final SysfsTree tree;
  private final SysfsSessionControl control;

  SysfsSessionControlTest(@TempDir Path root) {
    tree = new SysfsTree(root);
    control = new SysfsSessionControl(tree.sysfs(), OURS);
  }

  @BeforeEach
  void sessions() {
    tree.session(1, 3, "iqn.2026-01.io.mooring:san1.x", "10.77.1.1", OURS);
    tree.session(2, 4, "iqn.2026-01.io.mooring:san1.x", "10.77.1.1", "iqn.2000-01.org.other:host");
    tree.attribute(RECOVERY, "1");
  }

  private Session session() {
    assertThat(control.sessions()).hasSize(1);
    return control.sessions().getFirst();
  }

  private void socket(String localPort) {
    tree.attribute(CONNECTION + "address", "10.77.1.1");
    tree.attribute(CONNECTION + "port", "3260");
    tree.attribute(CONNECTION + "local_port", localPort);
    tree.attribute("class/iscsi_host/host3/ipaddress", "10.77.1.11");
  }

  @Test
  void theConnectionIsTheSocketsBothEnds() {
    socket("49468");
    assertThat(control.connection(session()))
        .contains(
            new TcpConnection(
                new InetSocketAddress(InetAddress.ofLiteral("10.77.1.11"), 49468),
                new InetSocketAddress(InetAddress.ofLiteral("10.77.1.1"), 3260)));
  }

  @Test
  void withoutASocketThereIsNoConnection() {
    assertThat(control.connection(session())).isEmpty();
    socket("0");
    assertThat(control.connection(session())).isEmpty();
  }

  @Test
  void theRecoveryTimeIsWrittenAndReadBack() {
    assertThat(control.recoverySeconds(session())).isEqualTo(OptionalInt.of(1));
    assertThat(control.setRecoverySeconds(session(), 0)).isTrue();
    assertThat(control.recoverySeconds(session())).isEqualTo(OptionalInt.of(0));
  }

  @Test
  void aSessionHasCommandsWhileItsHostIsBusy() {
    assertThat(control.hasCommands(session())).isFalse();
    tree.attribute("class/scsi_host/host3/host_busy", "0");
    assertThat(control.hasCommands(session())).isFalse();
    tree.attribute("class/scsi_host/host3/host_busy", "2");
    assertThat(control.hasCommands(session())).isTrue();
  }

  @Test
  void aSessionThatHasGoneCannotBeSet() {
    Session gone = session();
    tree.remove(RECOVERY);
    assertThat(control.setRecoverySeconds(gone, 0)).isFalse();
    assertThat(control.recoverySeconds(gone)).isEmpty();
  }
}
