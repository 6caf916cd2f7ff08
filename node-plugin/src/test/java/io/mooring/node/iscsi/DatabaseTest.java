package io.mooring.node.iscsi;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.sample.Samples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {
  private static final String IQN = "iqn.2026-01.io.mooring:s1.0123456789abcdef";

  @TempDir Path root;
  private Database database;

  @BeforeEach
  void plant() throws Exception {
    Path node = root.resolve("lib/nodes").resolve(IQN).resolve("10.77.1.1,3260,1");
    Files.createDirectories(node);
    Files.writeString(node.resolve("mooring"), Samples.text("iscsi/node-record.txt"));
    Path foreign = root.resolve("lib/nodes/iqn.2000-01.org.other:x/10.0.0.9,3260,1");
    Files.createDirectories(foreign);
    Files.writeString(foreign.resolve("default"), "node.name = iqn.2000-01.org.other:x\n");
    Files.createDirectories(root.resolve("lib/ifaces"));
    Files.writeString(root.resolve("lib/ifaces/mooring"), Samples.text("iscsi/iface-record.txt"));
    database = new Database(List.of(root.resolve("etc"), root.resolve("lib")));
  }

  @Test
  void aRealRecordHasTheSettingsThatWeWrote() {
    TargetPortal target = new TargetPortal(IQN, 1, Portal.parse("10.77.1.1:3260"));
    assertThat(database.node(target, "mooring").orElseThrow())
        .containsAllEntriesOf(RecordSettings.all())
        .containsEntry("iface.initiatorname", "iqn.2026-01.io.mooring:node.test1");
  }

  @Test
  void aRecordOfAnotherGroupPortalOrInterfaceIsAnotherRecord() {
    Portal portal = Portal.parse("10.77.1.1:3260");
    assertThat(database.node(new TargetPortal(IQN, 2, portal), "mooring")).isEmpty();
    assertThat(database.node(new TargetPortal(IQN, 1, portal), "default")).isEmpty();
    Portal longer = Portal.parse("10.77.1.10:3260");
    assertThat(database.node(new TargetPortal(IQN, 1, longer), "mooring")).isEmpty();
  }

  @Test
  void onlyTheRecordsOfOurInterfaceAreListed() {
    assertThat(database.nodes("mooring"))
        .containsExactly(new TargetPortal(IQN, 1, Portal.parse("10.77.1.1:3260")));
  }

  @Test
  void anInterfaceRecordIsFoundInAnyOfTheDirectories() {
    assertThat(database.iface("mooring").orElseThrow())
        .containsEntry("iface.transport_name", "tcp");
    assertThat(database.iface("default")).isEmpty();
  }
}
