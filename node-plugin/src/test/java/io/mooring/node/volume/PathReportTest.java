package io.mooring.node.volume;

import static io.mooring.node.volume.NodeUnderTest.A;
import static io.mooring.node.volume.NodeUnderTest.B;
import static io.mooring.node.volume.NodeUnderTest.EXT4;
import static io.mooring.node.volume.NodeUnderTest.LUN;
import static io.mooring.node.volume.NodeUnderTest.VOLUME;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.mooring.node.fake.FakeTargets.Reception;
import io.mooring.node.iscsi.Portal;
import io.mooring.node.iscsi.SessionState;
import io.mooring.node.scsi.Hctl;
import io.mooring.runtime.claim.Claim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PathReportTest {
  private static final Claim CLAIM = new Claim("shop", "data");
  private static final PathReport.Path A_UP = path(CLAIM, A, true);
  private static final PathReport.Path B_UP = path(CLAIM, B, true);
  private static final PathReport.Path B_DOWN = path(CLAIM, B, false);

  @TempDir Path directory;
  NodeUnderTest node;

  @BeforeEach
  void start() {
    node = new NodeUnderTest(directory);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private static PathReport.Path path(Claim claim, Portal portal, boolean up) {
    return new PathReport.Path(VOLUME.toString(), claim, portal, up);
  }

  private void stage() {
    node.stage(
        new StageRequest(
            VOLUME,
            NodeUnderTest.context(VOLUME, LUN),
            node.staging(),
            EXT4,
            List.of(),
            Optional.empty(),
            CLAIM));
  }

  private PathReport.State report() {
    node.flow().pathReport().once();
    return node.reports.getLast();
  }

  @Test
  void everyPathIsToldOfUnderItsClaim() {
    stage();

    assertThat(report().paths()).containsExactly(A_UP, B_UP);
    assertThat(report().sessions()).containsExactly(SessionState.LOGGED_IN, SessionState.LOGGED_IN);
  }

  @Test
  void soItIsAfterARestartOfTheProcess() {
    stage();
    node.restart();

    assertThat(report().paths()).containsExactly(A_UP, B_UP);
  }

  @Test
  void aRecordOfAnOlderVersionNamesNoClaim() throws IOException {
    stage();
    try (Stream<Path> files = Files.list(directory.resolve("volumes"))) {
      Path file = files.findFirst().orElseThrow();
      JsonObject document = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
      assertThat(document.remove("claim")).isNotNull();
      Files.writeString(file, document.toString());
    }
    node.restart();

    assertThat(report().paths()).contains(path(Claim.NONE, A, true));
  }

  @Test
  void aPathThatNeverCameIsDown() {
    node.host.targets().receive(B, Reception.DEAD);
    stage();

    assertThat(report().paths()).containsExactly(A_UP, B_DOWN);
  }

  @Test
  void aPathWhoseSessionIsLostIsDown() {
    stage();
    node.host.cut(B);

    assertThat(report().paths()).containsExactly(A_UP, B_DOWN);
    assertThat(report().sessions()).containsExactly(SessionState.LOGGED_IN, SessionState.FAILED);
  }

  @Test
  void aPathThatMultipathdHasFailedIsDown() {
    stage();
    String disk = node.host.disks().at(node.map().slaves().getLast()).orElseThrow().name();
    node.host.maps().failPath(disk, NodeUnderTest.soon());

    assertThat(report().paths()).containsExactly(A_UP, B_DOWN);
  }

  @Test
  void withoutMultipathdsWordWhatIsThereCounts() {
    stage();
    node.host.multipathdUp(false);

    assertThat(report().paths()).containsExactly(A_UP, B_UP);
  }

  @Test
  void aVolumeWhoseDevicesHaveVanishedIsStillToldOf() {
    stage();
    for (Hctl disk : node.map().slaves()) {
      String name = node.host.disks().at(disk).orElseThrow().name();
      assertThat(node.host.maps().delPath(name, NodeUnderTest.soon()).ok()).isTrue();
      node.host.disks().purge(disk, NodeUnderTest.soon());
    }

    assertThat(report().paths()).containsExactly(path(CLAIM, A, false), B_DOWN);
  }

  @Test
  void anUnstagedVolumeIsNotToldOf() {
    stage();
    node.unstage();

    assertThat(report().paths()).isEmpty();
  }

  @Test
  void withoutAClaimTheVolumeIsToldOfAllTheSame() {
    node.stage(EXT4);

    assertThat(report().paths()).contains(path(Claim.NONE, A, true));
  }
}
