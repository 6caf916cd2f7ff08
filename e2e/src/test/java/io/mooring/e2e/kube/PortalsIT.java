package io.mooring.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.kube.Manifests.Claim;
import io.mooring.e2e.lab.qemu.StoragePath;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Portals come, go and are under maintenance by kubectl, while a pod writes. */
@Tag("k8s-long")
@ExtendWith(KubeExtension.class)
class PortalsIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /**
   * Far below what a dead path costs without the guard; a pod's loop here takes half of it at
   * times.
   */
  private static final Duration STALL = Duration.ofSeconds(3);

  private static final String NONE = "{\"spec\":{\"maintenance\":null,\"portals\":null}}";

  private final KubeLab lab;
  private final TargetObject target;

  PortalsIT(KubeLab lab) {
    this.lab = lab;
    this.target = new TargetObject(lab);
  }

  @AfterEach
  void useAllPortals() {
    lab.lab().heal();
    target.patch(NONE);
    awaitNoMaintenance();
  }

  @Test
  void aCableIsPulledWhenItIsSafeAndTakenBack() {
    try (Space space = new Space(lab, "maintenance")) {
      PodWriter writer = writer(space, "drained");
      target.patch(maintenanceOf(StoragePath.A));
      target.awaitMaintenance("True Safe", PATIENCE);
      assertThat(lab.kubectl().check("get", "stgt", AgentHost.TARGET, "--no-headers"))
          .contains("Safe");
      assertThat(phase(StoragePath.A)).isEqualTo("Safe");
      assertThat(sessions(StoragePath.A)).isEqualTo("0");
      space.awaitPaths(space.attachment("drained", "worker1"), "1/1 Healthy", PATIENCE);

      lab.lab().pullCable(1, StoragePath.A);
      writer.awaitLines(30, PATIENCE);
      lab.lab().plugCable(1, StoragePath.A);
      writer.awaitLines(10, PATIENCE);

      target.patch(NONE);
      space.awaitPaths(space.attachment("drained", "worker1"), "2/2 Healthy", PATIENCE);
      awaitNoMaintenance();
      assertThat(sessions(StoragePath.A)).isEqualTo("1");

      target.patch("{\"spec\":{\"maintenance\":{\"networks\":[\"10.77.2.0/24\"]}}}");
      target.awaitMaintenance("True Safe", PATIENCE);
      assertThat(phase(StoragePath.B)).isEqualTo("Safe");
      writer.awaitLines(10, PATIENCE);
      target.patch(NONE);
      space.awaitPaths(space.attachment("drained", "worker1"), "2/2 Healthy", PATIENCE);
      assertUndisturbed(writer);
    }
  }

  @Test
  void whatWouldLeaveAVolumeWithoutAPathIsRefusedWithTheReason() {
    try (Space space = new Space(lab, "refused")) {
      PodWriter writer = writer(space, "refused");
      target.patch(
          "{\"spec\":{\"maintenance\":{\"portals\":[\"%s\",\"%s\"]}}}"
              .formatted(StoragePath.A.portal(), StoragePath.B.portal()));
      target.awaitMaintenance("False Refused", PATIENCE);
      assertThat(target.condition("Maintenance", "message"))
          .contains("no volume would have a path");
      assertThat(sessions(StoragePath.A) + sessions(StoragePath.B)).isEqualTo("11");
      target.patch(NONE);
      awaitNoMaintenance();

      lab.lab().pullCable(1, StoragePath.B);
      space.awaitPaths(space.attachment("refused", "worker1"), "1/2 Degraded", PATIENCE);
      target.patch(maintenanceOf(StoragePath.A));
      target.awaitMaintenance("False Refused", PATIENCE);
      assertThat(target.condition("Maintenance", "message"))
          .contains("worker1", "refused/refused", "no live path");
      assertThat(sessions(StoragePath.A)).isEqualTo("1");
      writer.awaitLines(10, PATIENCE);

      lab.lab().plugCable(1, StoragePath.B);
      target.awaitMaintenance("True Safe", PATIENCE);
      writer.awaitLines(10, PATIENCE);
      target.patch(NONE);
      space.awaitPaths(space.attachment("refused", "worker1"), "2/2 Healthy", PATIENCE);
      assertThat(writer.unharmed()).isTrue();
    }
  }

  /** While nothing is written nobody knows of it for seconds, so that the node asks it itself. */
  @Test
  void aPortalIsNotTakenWhenTheOtherHasJustFallenSilent() {
    try (Space space = new Space(lab, "silent")) {
      space.run(Claim.of("quiet"), "worker1", "exec sleep 100000");
      space.awaitPaths(space.attachment("quiet", "worker1"), "2/2 Healthy", PATIENCE);
      lab.lab().dropPackets(StoragePath.B, 1);
      target.patch(maintenanceOf(StoragePath.A));
      target.awaitMaintenance("False Refused", PATIENCE);
      assertThat(sessions(StoragePath.A)).isEqualTo("1");
      assertThat(space.exec("quiet", "echo here > /data/word && sync && cat /data/word"))
          .isEqualTo("here");

      lab.lab().restore(StoragePath.B);
      target.awaitMaintenance("True Safe", PATIENCE);
      target.patch(NONE);
      space.awaitPaths(space.attachment("quiet", "worker1"), "2/2 Healthy", PATIENCE);
    }
  }

  @Test
  void aPortalLeavesAndJoinsTheVolumesThatAreAttached() {
    try (Space space = new Space(lab, "portals")) {
      PodWriter writer = writer(space, "moved");
      target.patch("{\"spec\":{\"portals\":[\"%s\"]}}".formatted(StoragePath.B.portal()));
      space.awaitPaths(space.attachment("moved", "worker1"), "1/1 Healthy", PATIENCE);
      KubeLab.await("no session", PATIENCE, () -> sessions(StoragePath.A), "0"::equals);
      writer.awaitLines(10, PATIENCE);

      target.patch(NONE);
      space.awaitPaths(space.attachment("moved", "worker1"), "2/2 Healthy", PATIENCE);
      writer.awaitLines(10, PATIENCE);
      assertUndisturbed(writer);
    }
  }

  /** A pod on the first worker that writes over both paths. */
  private PodWriter writer(Space space, String claim) {
    space.run(Claim.of(claim), "worker1", PodWriter.SCRIPT);
    PodWriter writer = new PodWriter(space, claim);
    space.awaitPaths(space.attachment(claim, "worker1"), "2/2 Healthy", PATIENCE);
    writer.awaitLines(20, PATIENCE);
    return writer;
  }

  private void assertUndisturbed(PodWriter writer) {
    assertThat(writer.unharmed()).isTrue();
    Duration gap = writer.longestGap();
    lab.progress().say("  longest stall of the pod's writes: " + gap.toMillis() + " ms");
    assertThat(gap).isLessThan(STALL);
  }

  private static String maintenanceOf(StoragePath path) {
    return "{\"spec\":{\"maintenance\":{\"portals\":[\"%s\"]}}}".formatted(path.portal());
  }

  private void awaitNoMaintenance() {
    KubeLab.await(
        "all portals to be in use",
        PATIENCE,
        () ->
            target.condition("Maintenance", "reason")
                + target.field("{.status.maintenance[*].portal}"),
        String::isEmpty);
  }

  private String phase(StoragePath path) {
    return target.field(
        "{.status.maintenance[?(@.portal==\"%s\")].phase}".formatted(path.portal()));
  }

  /** How many sessions of Mooring's the first worker has over a path. */
  private String sessions(StoragePath path) {
    return lab.node(1)
        .vm()
        .shell()
        .run(
            "cat /sys/class/iscsi_connection/*/persistent_address 2>/dev/null | grep -cx %s"
                .formatted(path.storageAddress()))
        .text()
        .strip();
  }
}
