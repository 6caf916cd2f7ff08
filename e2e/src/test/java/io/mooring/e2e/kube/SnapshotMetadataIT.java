package io.mooring.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.kube.Manifests.Claim;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Changed blocks as docs/features/changed-blocks.md tells a backup program to ask for them. */
@Tag("k8s-long")
@ExtendWith(KubeExtension.class)
class SnapshotMetadataIT {
  private static final Duration SOON = Duration.ofMinutes(3);
  private static final long MIB = 1 << 20;

  /** The cluster has no DNS. */
  private static final String ADDRESS = "10.96.97.60";

  private static final String THIN =
      """
      apiVersion: storage.k8s.io/v1
      kind: StorageClass
      metadata: {name: thin}
      provisioner: csi.mooring.io
      volumeBindingMode: WaitForFirstConsumer
      parameters: {target: %s, pool: %s}
      """
          .formatted(AgentHost.TARGET, AgentHost.THIN);

  /** A backup program's account in the namespace of the snapshots, and one without rights. */
  private static final String BACKUP =
      """
      ---
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: backup}
      ---
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: stranger}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: Role
      metadata: {name: backup}
      rules:
      - {apiGroups: [snapshot.storage.k8s.io], resources: [volumesnapshots], verbs: [get]}
      - {apiGroups: [""], resources: [serviceaccounts/token], verbs: [create]}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: {name: backup}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: backup}
      subjects: [{kind: ServiceAccount, name: backup}]
      """;

  private static final String BACKUP_OF_ALL =
      """
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata: {name: backup}
      rules:
      - {apiGroups: [snapshot.storage.k8s.io], resources: [volumesnapshotcontents], verbs: [get]}
      - {apiGroups: [cbt.storage.k8s.io], resources: [snapshotmetadataservices], verbs: [get]}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata: {name: backup}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: backup}
      subjects: [{kind: ServiceAccount, name: backup, namespace: blocks}]
      """;

  private final KubeLab lab;
  private final MooringRelease release;

  SnapshotMetadataIT(KubeLab lab) {
    this.lab = lab;
    this.release = new MooringRelease(lab);
  }

  /** A part of a volume. */
  private record Range(long offset, long bytes) {
    boolean holds(long position) {
      return offset <= position && position < offset + bytes;
    }
  }

  @BeforeEach
  void blocksAreOffered() {
    SnapshotMetadata sidecar = SnapshotMetadata.obtain(lab.lab().settings(), lab.progress());
    Path images = sidecar.images();
    lab.nodes().forEach(node -> node.load(images));
    lab.kubectl().apply(sidecar.api());
    lab.kubectl()
        .check(
            "wait",
            "crd/snapshotmetadataservices.cbt.storage.k8s.io",
            "--for=condition=Established",
            "--timeout=60s");
    release.upgrade(
        "--set=snapshotMetadata.enabled=true",
        "--set=snapshotMetadata.clusterIP=" + ADDRESS,
        "--set=snapshotMetadata.address=" + ADDRESS + ":9760");
    lab.kubectl().apply(THIN + BACKUP_OF_ALL);
  }

  @AfterEach
  void blocksAreNotOffered() {
    lab.kubectl().check("delete", "storageclass", "thin", "--ignore-not-found");
    lab.kubectl().check("delete", "clusterrole,clusterrolebinding", "backup", "--ignore-not-found");
    release.upgrade();
    lab.kubectl()
        .check(
            "delete",
            "crd",
            "snapshotmetadataservices.cbt.storage.k8s.io",
            "--ignore-not-found",
            "--timeout=60s");
  }

  @Test
  void aBackupProgramIsToldWhatASnapshotHoldsAndWhatChangedSinceTheOneBefore() {
    try (Space space = new Space(lab, "blocks")) {
      space.apply(BACKUP);
      Claim claim = Claim.of("data").withClass("thin").asBlock();
      space.run(claim, "worker1", "exec sleep 100000");
      write(space, 1);
      snapshot(space, "first");
      write(space, 9);
      snapshot(space, "second");

      List<Range> held = ask(space, "held", "--snapshot=second");
      assertThat(holding(held, 1)).isTrue();
      assertThat(holding(held, 9)).isTrue();
      assertThat(holding(held, 20)).isFalse();

      List<Range> changed = ask(space, "changed", "--snapshot=second", "--previous=first");
      assertThat(holding(changed, 9)).isTrue();
      assertThat(holding(changed, 1)).isFalse();

      assertThat(run(space, "refused", "stranger", "--snapshot=second")).isEqualTo("Failed");
      assertThat(log(space, "refused")).contains("PermissionDenied");
      space.kubectl("delete", "volumesnapshot", "first", "second", "--timeout=180s");
    }
  }

  /** One MiB at that MiB. */
  private static void write(Space space, int place) {
    space.exec(
        "data",
        "dd if=/dev/urandom of=/dev/data bs=1M count=1 seek=%d conv=notrunc,fsync"
            .formatted(place));
  }

  private static boolean holding(List<Range> ranges, int place) {
    return ranges.stream().anyMatch(range -> range.holds(place * MIB));
  }

  private static void snapshot(Space space, String name) {
    space.apply(
        """
        apiVersion: snapshot.storage.k8s.io/v1
        kind: VolumeSnapshot
        metadata: {name: %s}
        spec:
          volumeSnapshotClassName: mooring
          source: {persistentVolumeClaimName: data}
        """
            .formatted(name));
    KubeLab.await(
        "snapshot " + name + " is ready",
        SOON,
        () ->
            space
                .kubectlResult("get", "volumesnapshot", name, "-o=jsonpath={.status.readyToUse}")
                .stdout(),
        "true"::equals);
  }

  private static List<Range> ask(Space space, String name, String... words) {
    String phase = run(space, name, "backup", words);
    assertThat(phase).as(() -> log(space, name)).isEqualTo("Succeeded");
    List<Range> ranges = new ArrayList<>();
    for (JsonElement message : JsonParser.parseString(log(space, name)).getAsJsonArray()) {
      JsonElement blocks = message.getAsJsonObject().get("block_metadata");
      if (blocks != null && blocks.isJsonArray()) {
        blocks.getAsJsonArray().forEach(block -> ranges.add(range(block.getAsJsonObject())));
      }
    }
    assertThat(ranges).isNotEmpty();
    return ranges;
  }

  /** protobuf's Go types leave a zero out. */
  private static Range range(JsonObject block) {
    JsonElement offset = block.get("byte_offset");
    return new Range(offset == null ? 0 : offset.getAsLong(), block.get("size_bytes").getAsLong());
  }

  /**
   * Has the backup program ask in a pod.
   *
   * @param account whose token it shows
   * @return the phase that the pod ended in
   */
  private static String run(Space space, String name, String account, String... words) {
    space.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s}
        spec:
          serviceAccountName: backup
          restartPolicy: Never
          terminationGracePeriodSeconds: 1
          containers:
          - name: main
            image: %s
            imagePullPolicy: Never
            args: ["--namespace=blocks", "--account=%s", "%s"]
        """
            .formatted(name, SnapshotMetadata.BLOCKS, account, String.join("\", \"", words)));
    return KubeLab.await(
        "pod " + name + " has ended",
        SOON,
        () -> space.kubectl("get", "pod", name, "-o=jsonpath={.status.phase}"),
        phase -> phase.equals("Succeeded") || phase.equals("Failed"));
  }

  private static String log(Space space, String name) {
    return space.kubectl("logs", name);
  }
}
