package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.mooring.csi.v1.CreateVolumeRequest;
import io.mooring.csi.v1.Volume;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.ControllerClient;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.load.Pod;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a pod may ask of a volume is what its class says, by the clock. */
@ExtendWith(MooringExtension.class)
class LimitsIT {
  /** The smallest bandwidth, so that a slow machine writes a good deal faster without it. */
  private static final long LIMIT = 1L << 20;

  private static final Map<String, String> SLOW =
      Map.of("readBandwidth", "1Mi", "writeBandwidth", "1Mi");
  private static final Map<String, String> NONE = Map.of("readBandwidth", "none");
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Poll LOOKING = new Poll(Duration.ofMillis(300), Duration.ofSeconds(1));

  private final Mooring mooring;
  private final ControllerClient controller;
  private final NodeHost node;

  LimitsIT(Mooring mooring) {
    this.mooring = mooring;
    this.controller = mooring.controller();
    this.node = mooring.node1();
  }

  private Volume create(String name, VolumeKind kind, Map<String, String> limits) {
    CreateVolumeRequest request =
        ControllerClient.createRequest(VolumeSpec.of(name, AgentHost.THIN, kind));
    return controller
        .stub()
        .createVolume(request.toBuilder().putAllMutableParams(limits).build())
        .getVolume();
  }

  /** The calls of an attach again, which carry the limits of now. */
  private void attachAgain(Attachment attachment) {
    mooring.attach(attachment.volume(), attachment.kind(), node);
  }

  private static void assertLimited(long bytesPerSecond) {
    assertLimited(bytesPerSecond, LIMIT);
  }

  private static void assertLimited(long bytesPerSecond, long limit) {
    assertThat(bytesPerSecond).isBetween(limit * 3 / 4, limit * 5 / 4);
  }

  private static void assertFree(long bytesPerSecond) {
    assertThat(bytesPerSecond).isGreaterThan(LIMIT * 2);
  }

  @Tag("lab")
  @Test
  void limitsComeChangeAndGoUnderARunningPod() {
    Inventory before = mooring.inventory();
    Volume volume = create("limits", VolumeKind.EXT4, Map.of());
    Attachment attachment = mooring.publish(volume, VolumeKind.EXT4, node);
    try (Pod pod = Pod.start(node, attachment)) {
      attachAgain(attachment);
      assertFree(pod.write(8));
      assertFree(pod.read(8));

      controller.modify(volume.getVolumeId(), SLOW);
      attachAgain(attachment);
      assertLimited(pod.write(4));
      assertLimited(pod.read(4));

      controller.modify(volume.getVolumeId(), Map.of("writeIops", "10"));
      attachAgain(attachment);
      assertLimited(pod.write(4), 10 * Pod.REQUEST_BYTES);
      assertFree(pod.read(8));

      controller.modify(volume.getVolumeId(), NONE);
      attachAgain(attachment);
      assertThat(pod.limits()).isEmpty();
      assertFree(pod.write(8));

      mooring.remove(attachment, node);
    }
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  @Tag("long")
  @Test
  void newLimitsReachAPodThatHasTheVolumeAlsoWhenItsNodeWasOutOfReach() {
    Inventory before = mooring.inventory();
    Volume volume = create("limits-link", VolumeKind.XFS, Map.of());
    Attachment attachment = mooring.publish(volume, VolumeKind.XFS, node);
    try (Pod pod = Pod.start(node, attachment)) {
      attachAgain(attachment);

      controller.modify(volume.getVolumeId(), SLOW);
      awaitLimits(pod, limits -> limits.contains("wbps=1048576"));
      assertLimited(pod.write(4));

      node.unit().stop();
      controller.modify(volume.getVolumeId(), NONE);
      node.unit().start();
      node.awaitReady();
      awaitLimits(pod, String::isEmpty);

      mooring.remove(attachment, node);
    }
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  /** Until NodeLink has carried them. */
  private static void awaitLimits(Pod pod, Predicate<String> as) {
    assertThat(LOOKING.until(Deadline.after(PATIENCE), () -> as.test(pod.limits())))
        .as(pod.limits())
        .isTrue();
  }

  @Tag("long")
  @ParameterizedTest
  @EnumSource
  void everyKindOfVolumeIsLimitedAndFileSystemsAlsoThroughTheCache(VolumeKind kind) {
    Inventory before = mooring.inventory();
    Volume volume = create("limits-" + kind, kind, SLOW);
    Attachment attachment = mooring.publish(volume, kind, node);
    try (Pod pod = Pod.start(node, attachment)) {
      attachAgain(attachment);

      assertThat(pod.limits(attachment.wwid()))
          .isEqualTo("rbps=1048576 wbps=1048576 riops=max wiops=max");
      assertLimited(pod.write(4));
      if (kind != VolumeKind.BLOCK) {
        // The kernel writes a raw device's cache on behalf of whoever filled its first page: udev.
        assertThat(pod.writeBack(8)).isLessThan(LIMIT * 5 / 4);
      }

      node.client().unpublish(attachment);
      assertThat(pod.limits()).as("the pod's cgroup is there, its volume is not").isEmpty();
      mooring.remove(attachment, node);
    }
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  @Tag("long")
  @Test
  void anEncryptedVolumeIsLimitedOnItsMapping() {
    Inventory before = mooring.inventory();
    Encrypted encrypted = new Encrypted(mooring, node);
    Volume volume =
        encrypted.create(
            Encrypted.request(VolumeSpec.of("limits-luks", AgentHost.THIN, VolumeKind.XFS))
                .putAllParameters(SLOW));
    Attachment attachment = mooring.publish(volume, VolumeKind.XFS, node);
    try (Pod pod = Pod.start(node, attachment)) {
      encrypted.attach(volume, VolumeKind.XFS, Encrypted.OLD);

      assertThat(pod.limits("mooring-crypt-" + attachment.wwid())).contains("wbps=1048576");
      assertThat(pod.limits(attachment.wwid())).isEmpty();
      assertLimited(pod.write(4));
      assertLimited(pod.read(4));

      mooring.remove(attachment, node);
    }
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  @Tag("long")
  @Test
  void noPodGetsAVolumeWithoutItsLimitsAndWhatIsLostIsPutBack() {
    Inventory before = mooring.inventory();
    Volume volume = create("limits-lost", VolumeKind.EXT4, SLOW);
    Attachment attachment = mooring.publish(volume, VolumeKind.EXT4, node);
    node.client().stage(attachment);
    assertThat(Calls.code(() -> node.client().publish(attachment)))
        .as("without a cgroup")
        .isEqualTo(Status.Code.UNAVAILABLE);
    try (Pod pod = Pod.start(node, attachment)) {
      node.client().publish(attachment);
      String limits = pod.limits();
      pod.loseLimits();
      assertThat(pod.limits()).isEmpty();

      node.unit().restart();
      node.awaitReady();

      assertThat(LOOKING.until(Deadline.after(PATIENCE), () -> pod.limits().equals(limits)))
          .isTrue();
      mooring.remove(attachment, node);
    }
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }
}
