package io.mooring.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.kube.Manifests.Claim;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** From a claim to a pod's data, in every way that a StorageClass and a claim can ask for. */
@ExtendWith(KubeExtension.class)
class ClaimIT {
  private static final String IDLE = "exec sleep 100000";
  private static final Duration SOON = Duration.ofMinutes(2);

  private final KubeLab lab;

  ClaimIT(KubeLab lab) {
    this.lab = lab;
  }

  @Tag("k8s")
  @Test
  void dataSurviveTheirPodAndMoveWithItToTheOtherNode() {
    try (Space space = new Space(lab, "data")) {
      Claim claim = Claim.of("data");
      space.run(claim, "worker1", IDLE);
      String sum =
          space.exec(
              "data", "head -c 3000000 /dev/urandom > /data/file; sync; sha256sum /data/file");
      assertThat(space.exec("data", "grep ' /data ' /proc/mounts"))
          .contains("/dev/mapper/36001405", " ext4 ");

      space.deletePod("data");
      space.apply(Manifests.pod(claim, "worker1", IDLE));
      space.awaitReady("data");
      assertThat(space.exec("data", "sha256sum /data/file")).isEqualTo(sum);

      space.deletePod("data");
      space.apply(Manifests.pod(claim, "worker2", IDLE));
      space.awaitReady("data");
      assertThat(space.exec("data", "sha256sum /data/file")).isEqualTo(sum);
    }
  }

  @Tag("k8s")
  @Test
  void aRawDeviceIsTheMapAndKeepsItsBytes() {
    try (Space space = new Space(lab, "raw")) {
      Claim claim = Claim.of("raw").asBlock();
      space.run(claim, "worker2", IDLE);
      String sum =
          space.exec(
              "raw",
              "head -c 1048576 /dev/urandom > /x; dd if=/x of=/dev/data bs=64k conv=fsync 2>/dev/null; sha256sum < /x");
      space.deletePod("raw");
      space.apply(Manifests.pod(claim, "worker1", IDLE));
      space.awaitReady("raw");
      assertThat(space.exec("raw", "head -c 1048576 /dev/data | sha256sum")).isEqualTo(sum);
    }
  }

  @Tag("k8s")
  @Test
  void anImmediateClaimIsBoundWithoutAPodAndAWaitingOneIsNot() {
    try (Space space = new Space(lab, "binding")) {
      lab.kubectl().apply(storageClass("immediate", "Immediate", "Delete"));
      space.apply(Claim.of("now").withClass("immediate").yaml() + Claim.of("later").yaml());
      awaitPhase(space, "now", "Bound");
      assertThat(phase(space, "later")).isEqualTo("Pending");
    } finally {
      lab.kubectl().check("delete", "storageclass", "immediate", "--ignore-not-found");
    }
  }

  @Tag("k8s")
  @Test
  void onlyOnePodGetsAReadWriteOncePodClaim() {
    try (Space space = new Space(lab, "single")) {
      Claim claim = Claim.of("single").withAccessMode("ReadWriteOncePod");
      space.run(claim, "", IDLE);
      space.apply(Manifests.pod("second", claim, "", IDLE));
      KubeLab.await(
          "the second pod refused",
          SOON,
          () ->
              space.kubectl("get", "pod", "second", "-o=jsonpath={.status.conditions[*].message}"),
          text -> text.contains("ReadWriteOncePod"));
    }
  }

  @Tag("k8s-long")
  @Test
  void aRetainedVolumeOutlivesItsClaimAndIsImportedIntoAnother() {
    lab.kubectl().apply(storageClass("kept", "WaitForFirstConsumer", "Retain"));
    String volumeId;
    try (Space space = new Space(lab, "first")) {
      space.run(Claim.of("first").withClass("kept"), "", IDLE);
      space.exec("first", "echo kept > /data/word; sync");
      volumeId = space.volumeId("first");
      String volume = space.kubectl("get", "pvc", "first", "-o=jsonpath={.spec.volumeName}");
      space.deletePod("first");
      space.kubectl("delete", "pvc", "first");
      KubeLab.await(
          "the volume released",
          SOON,
          () -> lab.kubectl().check("get", "pv", volume, "-o=jsonpath={.status.phase}"),
          "Released"::equals);
      lab.kubectl().check("delete", "pv", volume);
    }
    try (Space space = new Space(lab, "second")) {
      lab.kubectl().apply(existingVolume("imported", volumeId, "second"));
      space.apply(
          Claim.of("imported").withClass("kept").yaml().stripTrailing()
              + "\n  volumeName: imported\n");
      space.apply(Manifests.pod(Claim.of("imported"), "", IDLE));
      space.awaitReady("imported");
      assertThat(space.exec("imported", "cat /data/word")).isEqualTo("kept");
    } finally {
      lab.kubectl().check("delete", "storageclass", "kept", "--ignore-not-found");
    }
  }

  @Tag("k8s-long")
  @Test
  void anEphemeralVolumeLivesAndDiesWithItsPod() {
    try (Space space = new Space(lab, "ephemeral")) {
      space.apply(
          Manifests.pod(Claim.of("scratch"), "", IDLE)
              .replace(
                  "persistentVolumeClaim: {claimName: scratch}",
                  "ephemeral: {volumeClaimTemplate: {spec: {storageClassName: mooring, accessModes:"
                      + " [ReadWriteOnce], resources: {requests: {storage: 64Mi}}}}}"));
      space.awaitReady("scratch");
      space.exec("scratch", "echo x > /data/x && sync");
      assertThat(space.kubectl("get", "pvc", "-o=name")).contains("scratch-data");
      space.deletePod("scratch");
      KubeLab.await(
          "no claim", SOON, () -> space.kubectl("get", "pvc", "-o=name"), String::isEmpty);
    }
  }

  @Tag("k8s")
  @Test
  void aClaimGrowsUnderItsPod() {
    try (Space space = new Space(lab, "grow")) {
      space.run(Claim.of("grow"), "", IDLE);
      space.exec("grow", "echo kept > /data/word; sync");

      space.kubectl(
          "patch",
          "pvc",
          "grow",
          "-p={\"spec\":{\"resources\":{\"requests\":{\"storage\":\"160Mi\"}}}}");

      KubeLab.await(
          "the claim has its new size",
          Duration.ofMinutes(4),
          () -> space.kubectl("get", "pvc", "grow", "-o=jsonpath={.status.capacity.storage}"),
          "160Mi"::equals);
      assertThat(space.exec("grow", "cat /data/word")).isEqualTo("kept");
      String blocks = space.exec("grow", "stat -f -c '%b %s' /data");
      String[] words = blocks.split(" ", -1);
      assertThat(Long.parseLong(words[0]) * Long.parseLong(words[1])).isGreaterThan(130L << 20);
    }
  }

  @Tag("k8s")
  @Test
  void aSnapshotBecomesAnotherClaim() {
    try (Space space = new Space(lab, "snapshot")) {
      space.run(Claim.of("origin"), "worker1", IDLE);
      space.exec("origin", "echo then > /data/word; sync");
      space.apply(snapshotOf("origin"));
      KubeLab.await(
          "the snapshot is ready",
          SOON,
          () ->
              space
                  .kubectlResult(
                      "get", "volumesnapshot", "moment", "-o=jsonpath={.status.readyToUse}")
                  .stdout(),
          "true"::equals);
      space.exec("origin", "echo now > /data/word; sync");

      space.apply(
          Claim.of("copy").yaml().stripTrailing()
              + "\n  dataSource: {apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name:"
              + " moment}\n");
      space.apply(Manifests.pod(Claim.of("copy"), "worker2", IDLE));
      space.awaitReady("copy");

      assertThat(space.exec("copy", "cat /data/word")).isEqualTo("then");
      assertThat(space.exec("origin", "cat /data/word")).isEqualTo("now");
      space.kubectl("delete", "volumesnapshot", "moment", "--timeout=120s");
      assertThat(space.exec("copy", "cat /data/word")).isEqualTo("then");
    }
  }

  @Tag("k8s-long")
  @Test
  void aCloneIsItsOriginAsItWasAndGoesItsOwnWay() {
    try (Space space = new Space(lab, "clone")) {
      space.run(Claim.of("origin"), "worker1", IDLE);
      space.exec("origin", "echo then > /data/word; sync");

      space.apply(
          Claim.of("copy").yaml().stripTrailing()
              + "\n  dataSource: {kind: PersistentVolumeClaim, name: origin}\n");
      space.apply(Manifests.pod(Claim.of("copy"), "worker2", IDLE));
      space.awaitReady("copy");

      assertThat(space.exec("copy", "cat /data/word; echo other > /data/word; sync"))
          .isEqualTo("then");
      space.exec("origin", "echo now > /data/word; sync");
      assertThat(space.exec("copy", "cat /data/word")).isEqualTo("other");
    }
  }

  private static String snapshotOf(String claim) {
    return """
    apiVersion: snapshot.storage.k8s.io/v1
    kind: VolumeSnapshot
    metadata: {name: moment}
    spec:
      volumeSnapshotClassName: mooring
      source: {persistentVolumeClaimName: %s}
    """
        .formatted(claim);
  }

  @Tag("k8s")
  @Test
  void aClaimThatCannotBeServedSaysWhyOnTheClaim() {
    try (Space space = new Space(lab, "wrong")) {
      lab.kubectl()
          .apply(storageClass("nowhere", "Immediate", "Delete") + "parameters: {pool: nothing}\n");
      space.apply(Claim.of("wrong").withClass("nowhere").yaml());
      KubeLab.await(
          "an event with the reason",
          SOON,
          () ->
              space.kubectl(
                  "get",
                  "events",
                  "--field-selector=involvedObject.name=wrong",
                  "-o=jsonpath={.items[*].message}"),
          text -> text.contains("there is no pool \"nothing\""));
    } finally {
      lab.kubectl().check("delete", "storageclass", "nowhere", "--ignore-not-found");
    }
  }

  private static String phase(Space space, String claim) {
    return space.kubectl("get", "pvc", claim, "-o=jsonpath={.status.phase}");
  }

  private static void awaitPhase(Space space, String claim, String phase) {
    KubeLab.await("claim " + claim + " " + phase, SOON, () -> phase(space, claim), phase::equals);
  }

  private static String storageClass(String name, String binding, String reclaim) {
    return """
    apiVersion: storage.k8s.io/v1
    kind: StorageClass
    metadata: {name: %s}
    provisioner: csi.mooring.io
    volumeBindingMode: %s
    reclaimPolicy: %s
    """
        .formatted(name, binding, reclaim);
  }

  private static String existingVolume(String name, String volumeId, String namespace) {
    return """
    apiVersion: v1
    kind: PersistentVolume
    metadata:
      name: %s
      annotations: {pv.kubernetes.io/provisioned-by: csi.mooring.io}
    spec:
      storageClassName: kept
      persistentVolumeReclaimPolicy: Delete
      accessModes: [ReadWriteOnce]
      capacity: {storage: 64Mi}
      claimRef: {namespace: %s, name: %s}
      csi: {driver: csi.mooring.io, volumeHandle: "%s", fsType: ext4}
    """
        .formatted(name, namespace, name, volumeId);
  }
}
