package io.mooring.controller.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.controller.path.Attachment;
import io.mooring.controller.path.PathState;
import io.mooring.controller.path.Pod;
import io.mooring.controller.volume.VolumeId;
import io.mooring.link.v1.PathReport;
import io.mooring.link.v1.PathStatus;
import io.mooring.link.v1.VolumePaths;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PathReportsTest {
  private static final VolumeId VOLUME = new VolumeId("san-a", "ab".repeat(16));
  private static final String WWID = "3" + "6".repeat(32);

  private static VolumePaths.Builder volume() {
    return VolumePaths.newBuilder().setVolumeId(VOLUME.toString()).setWwid(WWID).setMap("dm-3");
  }

  private static io.mooring.link.v1.Pod.Builder pod(String namespace, String name, String uid) {
    return io.mooring.link.v1.Pod.newBuilder().setNamespace(namespace).setName(name).setUid(uid);
  }

  private static List<Attachment> read(VolumePaths.Builder... volumes) {
    PathReport.Builder report = PathReport.newBuilder();
    List.of(volumes).forEach(report::addVolumes);
    return PathReports.read(report.build());
  }

  @Test
  void podsAreReadAsTheyAreNamed() {
    assertThat(read(volume().addPods(pod("shop", "web-0", "0f1e2d3c"))))
        .singleElement()
        .satisfies(attachment ->
            assertThat(attachment.pods()).containsExactly(new Pod("shop", "web-0", "0f1e2d3c")));
  }

  @Test
  void wordsThatAreNoneAreLeftOut() {
    PathStatus.Builder path = PathStatus.newBuilder().setPortal("click here").setSession(-1);
    assertThat(
            read(
                volume().setVolumeId("../x"),
                volume().setWwid("mine"),
                volume()
                    .setMap("dm\n3")
                    .setExpected(-5)
                    .addPaths(path)
                    .addPods(pod("../shop", "web-0", "0f1e2d3c"))
                    .addPods(pod("shop", "Click here", "0f1e2d3c"))
                    .addPods(pod("shop", "web-0", "mine"))))
        .containsExactly(
            new Attachment(
                VOLUME,
                WWID,
                "",
                1,
                List.of(new PathState("", "", 0, PathState.State.FAILED)),
                Optional.empty(),
                List.of(),
                0));
  }
}
