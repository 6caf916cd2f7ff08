package io.mooring.node.volume;

import static io.mooring.node.volume.NodeUnderTest.BLOCK;
import static io.mooring.node.volume.NodeUnderTest.EXT4;
import static io.mooring.node.volume.NodeUnderTest.LUN;
import static io.mooring.node.volume.NodeUnderTest.VOLUME;
import static io.mooring.node.volume.NodeUnderTest.soon;
import static io.mooring.node.volume.Refusals.assertRefused;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.cgroup.IoMax;
import io.mooring.node.crypt.Passphrases;
import io.mooring.node.linux.DeviceNumber;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.ManualTicker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the pods of a volume may ask of it. */
class LimitsTest {
  private static final String POD = "1f7a2c4e-0000-4000-8000-000000000001";
  private static final String OTHER_POD = "1f7a2c4e-0000-4000-8000-000000000002";
  private static final VolumeLimits NEVER = VolumeLimits.NEVER;
  private static final VolumeLimits SLOW = new VolumeLimits(0, 100, 4096, 0, 1);
  private static final VolumeLimits FAST = new VolumeLimits(5000, 0, 0, 0, 2);
  private static final VolumeLimits REMOVED = new VolumeLimits(0, 0, 0, 0, 3);

  @TempDir Path directory;
  NodeUnderTest node;

  @BeforeEach
  void start() {
    node = new NodeUnderTest(directory);
    node.host.pods().add(POD);
    node.host.pods().add(OTHER_POD);
  }

  @AfterEach
  void noForeignByteWasTouched() {
    node.close();
    assertThat(node.host.violations()).isEmpty();
  }

  private void stage(Access access, VolumeLimits limits) {
    node.stage(request(access, limits, Optional.empty()));
  }

  private StageRequest request(
      Access access, VolumeLimits limits, Optional<Passphrases> passphrases) {
    PublishContext plain = NodeUnderTest.context(VOLUME, LUN);
    PublishContext context =
        new PublishContext(
            plain.identity(),
            plain.sizeBytes(),
            plain.readOnly(),
            false,
            plain.targets(),
            limits,
            0,
            false);
    return new StageRequest(VOLUME, context, node.staging(), access, List.of(), passphrases);
  }

  private Path target(String pod) {
    return directory.resolve("pods").resolve(pod).resolve("volumes/csi/data/mount");
  }

  private void publish(Access access, String pod) {
    Path target = target(pod);
    NodeUnderTest.makeDirectory(requireNonNull(target.getParent()));
    node.volumes()
        .publish(
            new Publishing.Request(
                VOLUME,
                node.staging(),
                target,
                access,
                false,
                false,
                Optional.empty(),
                Optional.empty()),
            soon());
  }

  private void unpublish(String pod) {
    node.volumes().unpublish(VOLUME, target(pod), soon());
  }

  private void apply(VolumeLimits limits) {
    node.flow().limits().apply(VOLUME, limits, soon());
  }

  private void assertLimits(String pod, VolumeLimits limits) {
    assertLimits(pod, node.map().number(), limits);
  }

  private void assertLimits(String pod, DeviceNumber device, VolumeLimits limits) {
    assertThat(node.host.pods().limits(pod, device)).contains(limits.io());
  }

  @Test
  void aPodIsLimitedBeforeItHasTheVolume() {
    stage(EXT4, SLOW);
    node.host.faults().failNext("mounts.bind", 1, Failure.internal("the bind does not come about"));
    assertRefused(Kind.INTERNAL, () -> publish(EXT4, POD), "bind");
    assertLimits(POD, SLOW);

    publish(EXT4, POD);

    assertThat(node.host.pods().of(POD))
        .containsOnlyKeys(node.map().number())
        .containsValue(new IoMax(4096, 0, 0, 100));
    assertThat(node.host.pods().of(OTHER_POD)).isEmpty();
  }

  @Test
  void aRawDeviceIsLimitedTheSame() {
    stage(BLOCK, SLOW);
    publish(BLOCK, POD);
    assertLimits(POD, SLOW);
  }

  @Test
  void anEncryptedVolumeIsLimitedWhereItIsStillThePods() {
    node.stage(request(EXT4, SLOW, Optional.of(new Passphrases("secret", Optional.empty()))));
    publish(EXT4, POD);

    DeviceNumber mapping = node.host.mounts().at(target(POD)).getFirst().device();
    assertThat(mapping).isNotEqualTo(node.map().number());
    assertLimits(POD, mapping, SLOW);
    assertLimits(POD, node.map().number(), NEVER);
  }

  @Test
  void withoutACgroupThereIsNoVolumeYet() {
    node.host.pods().remove(POD);
    stage(EXT4, SLOW);
    assertRefused(Kind.UNAVAILABLE, () -> publish(EXT4, POD), "no cgroup");
    assertThat(node.host.mounts().at(target(POD))).isEmpty();

    node.host.pods().add(POD);
    publish(EXT4, POD);

    assertLimits(POD, SLOW);
  }

  @Test
  void aPathOfNoPodIsRefusedOnlyWhereThereAreLimits() {
    stage(EXT4, NEVER);
    node.publish(EXT4);
    node.unpublish();
    apply(SLOW);

    assertRefused(
        Kind.FAILED_PRECONDITION, () -> node.publish(EXT4), node.target().toString(), "no path");
  }

  @Test
  void aVolumeWithoutLimitsNeedsNoCgroup() {
    node.host.pods().remove(POD);
    stage(EXT4, NEVER);
    publish(EXT4, POD);
    assertThat(node.host.mounts().at(target(POD))).hasSize(1);
    assertThat(node.host.faults().count("pods.limit")).isZero();
  }

  @Test
  void whatIsLeftOfAnotherDeviceOfThatNumberIsTakenAway() {
    stage(EXT4, NEVER);
    node.host.pods().limit(POD, node.map().number(), SLOW.io(), soon());
    publish(EXT4, POD);
    assertThat(node.host.pods().of(POD)).isEmpty();
  }

  @Test
  void newLimitsReachEveryPodThatHasTheVolume() {
    stage(EXT4, NEVER);
    publish(EXT4, POD);
    publish(EXT4, OTHER_POD);

    apply(SLOW);
    assertLimits(POD, SLOW);
    assertLimits(OTHER_POD, SLOW);
    int writes = node.host.faults().count("pods.limit");
    apply(SLOW);
    assertThat(node.host.faults().count("pods.limit")).as("the same again").isEqualTo(writes);

    apply(FAST);
    assertLimits(POD, FAST);
    apply(REMOVED);
    assertThat(node.host.pods().of(POD)).isEmpty();
    assertThat(node.host.pods().of(OTHER_POD)).isEmpty();
  }

  @Test
  void whatIsOlderThanWhatIsKnownChangesNothing() {
    stage(EXT4, NEVER);
    publish(EXT4, POD);
    apply(FAST);

    apply(SLOW);
    assertLimits(POD, FAST);
    stage(EXT4, SLOW);
    node.restart();
    publish(EXT4, POD);
    publish(EXT4, OTHER_POD);

    assertLimits(POD, FAST);
    assertLimits(OTHER_POD, FAST);
    assertThat(node.tracking().get(VOLUME).orElseThrow().allowed()).isEqualTo(FAST);
  }

  @Test
  void limitsOfAVolumeThatIsNotHereAreNobodysBusiness() {
    apply(SLOW);
    assertThat(node.tracking().all()).isEmpty();
  }

  @Test
  void aVolumeThatIsStagedAndHasNoPodTakesNewLimitsForItsNextOne() {
    stage(EXT4, SLOW);
    apply(FAST);
    publish(EXT4, POD);
    assertLimits(POD, FAST);
  }

  @Test
  void whatTheKernelHasLostIsPutBack() {
    stage(EXT4, SLOW);
    publish(EXT4, POD);
    node.host.pods().add(POD);
    assertLimits(POD, NEVER);

    node.restart();
    node.flow().limits().round();

    assertLimits(POD, SLOW);
  }

  @Test
  void aPodThatIsGoneDoesNotKeepTheOthersFromTheirLimits() {
    stage(EXT4, SLOW);
    publish(EXT4, POD);
    publish(EXT4, OTHER_POD);
    node.host.pods().remove(POD);
    apply(FAST);
    assertLimits(OTHER_POD, FAST);
  }

  @Test
  void newLimitsThatCannotBeSetAreKeptAndTriedAgain() {
    stage(EXT4, SLOW);
    publish(EXT4, POD);
    node.host.faults().failNext("pods.limit", 2, Failure.deadlineExceeded("the kernel waits"));
    assertRefused(Kind.DEADLINE_EXCEEDED, () -> apply(FAST), "waits");
    assertLimits(POD, SLOW);
    node.flow().limits().round();
    assertLimits(POD, SLOW);

    node.restart();
    node.flow().limits().round();

    assertLimits(POD, FAST);
  }

  @Test
  void newLimitsOfAVolumeThatACallWorksOnAreTakenDownAfterIt() {
    stage(EXT4, SLOW);
    publish(EXT4, POD);
    VolumeLocks locks = new VolumeLocks();
    Tracking tracking = node.tracking();
    Limits limits = limits(tracking, locks);
    try (VolumeLocks.Held _ = locks.take(VOLUME, soon())) {
      CompletableFuture.runAsync(() ->
              assertRefused(
                  Kind.ABORTED, () -> limits.apply(VOLUME, FAST, Deadline.after(Duration.ZERO))))
          .join();
    }
    assertLimits(POD, SLOW);

    limits.round();

    assertLimits(POD, FAST);
    assertThat(tracking.get(VOLUME).orElseThrow().allowed()).isEqualTo(FAST);
  }

  private Limits limits(Tracking tracking, VolumeLocks locks) {
    Devices devices = node.devices();
    Layers layers = new Layers(devices.mounts());
    return new Limits(
        devices,
        tracking,
        locks,
        new CryptLayer(
            devices, tracking, new HeavyWork((phase, took) -> {}), NodeUnderTest.TIMINGS),
        new Throttle(devices.pods(), layers),
        new BackOff<>(new ManualTicker(), Duration.ofSeconds(5), Duration.ofSeconds(60), () -> 1));
  }

  @Test
  void aPodWhoseVolumeWasTakenIsLimitedNoMore() {
    stage(EXT4, SLOW);
    publish(EXT4, POD);
    publish(EXT4, OTHER_POD);

    unpublish(POD);

    assertThat(node.host.pods().of(POD)).isEmpty();
    assertLimits(OTHER_POD, SLOW);
    unpublish(POD);
  }

  @Test
  void aLimitThatCannotBeLiftedDoesNotKeepTheVolume() {
    stage(EXT4, SLOW);
    publish(EXT4, POD);
    node.host.faults().failNext("pods.limit", 1, Failure.deadlineExceeded("the kernel waits"));
    unpublish(POD);
    assertThat(node.host.mounts().at(target(POD))).isEmpty();
    node.unstage();
    assertThat(node.clean()).isTrue();
  }

  @Test
  void eachPathOfTheKubeletTellsItsPod() {
    String kubelet = "/var/lib/kubelet/";
    String csi = kubelet + "plugins/kubernetes.io/csi/";
    for (String path :
        List.of(
            kubelet + "pods/" + POD + "/volumes/kubernetes.io~csi/pvc-1/mount",
            kubelet + "pods/" + POD + "/volume-subpaths/pvc-1/main/0",
            kubelet + "pods/" + POD + "/volumeDevices/kubernetes.io~csi/pvc-1",
            csi + "volumeDevices/publish/pvc-1/" + POD,
            csi + "volumeDevices/pvc-1/dev/" + POD)) {
      assertThat(PodPath.pod(Path.of(path))).as(path).contains(POD);
    }
    for (String path :
        List.of(
            csi + "csi.mooring.io/0123456789abcdef/globalmount",
            csi + "volumeDevices/staging/pvc-1",
            "/mnt/pods/data",
            "/")) {
      assertThat(PodPath.pod(Path.of(path))).as(path).isEmpty();
    }
  }
}
