package io.mooring.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.kube.Manifests.Claim;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A VolumeGroupSnapshot as docs/features/group-snapshots.md tells a user to make one. */
@Tag("k8s-long")
@ExtendWith(KubeExtension.class)
class GroupOfClaimsIT {
  private static final Duration SOON = Duration.ofMinutes(2);

  private static final String IN_ONE_POOL =
      """
      apiVersion: storage.k8s.io/v1
      kind: StorageClass
      metadata: {name: one-pool}
      provisioner: csi.mooring.io
      volumeBindingMode: WaitForFirstConsumer
      parameters: {target: %s, pool: %s}
      """
          .formatted(AgentHost.TARGET, AgentHost.THIN);

  private static final String GROUP =
      """
      apiVersion: groupsnapshot.storage.k8s.io/v1beta2
      kind: VolumeGroupSnapshot
      metadata: {name: moment}
      spec:
        volumeGroupSnapshotClassName: mooring
        source: {selector: {matchLabels: {app: db}}}
      """;

  /** Numbers, the even ones into the one volume and the odd ones into the other, each synced. */
  private static final String WRITER =
      """
      i=0
      while echo $i >> /data/lines && sync -d /data/lines && i=$((i + 1)) \\
          && echo $i >> /log/lines && sync -d /log/lines; do
        i=$((i + 1))
      done
      exit 1
      """;

  private final KubeLab lab;
  private final MooringRelease release;

  GroupOfClaimsIT(KubeLab lab) {
    this.lab = lab;
    this.release = new MooringRelease(lab);
  }

  @BeforeEach
  void groupsAreServed() {
    release.upgrade("--set=snapshotter.groupSnapshots=true");
    lab.kubectl().apply(IN_ONE_POOL);
  }

  @AfterEach
  void groupsAreNotServed() {
    lab.kubectl().check("delete", "storageclass", "one-pool");
    release.upgrade();
  }

  @Test
  void claimsFromAGroupSnapshotHoldNoRecordWithoutAllThatWereWrittenBeforeIt() {
    Inventory before = lab.inventory();
    try (Space space = new Space(lab, "group")) {
      space.apply(claim("data").yaml() + claim("log").yaml());
      space.kubectl("label", "pvc", "data", "log", "app=db");
      space.apply(pod("writer", "worker1", "data", "log", WRITER));
      space.awaitReady("writer");
      long atLeast = awaitMore(space, 0);

      space.apply(GROUP);
      awaitReadyToUse(space);
      long atMost = awaitMore(space, records(space, "writer").size());

      Map<String, String> members = members(space);
      assertThat(members).containsOnlyKeys("data", "log");
      members.forEach((claim, snapshot) -> space.apply(copy(claim, snapshot)));
      space.apply(pod("reader", "worker2", "copy-of-data", "copy-of-log", "exec sleep 100000"));
      space.awaitReady("reader");
      List<Long> copied = records(space, "reader");
      assertThat(copied).isEqualTo(LongStream.range(0, copied.size()).boxed().toList());
      assertThat((long) copied.size()).isBetween(atLeast, atMost);

      space.kubectl("delete", "volumegroupsnapshot", "moment", "--timeout=180s");
      KubeLab.await("no snapshot left", SOON, this::snapshots, String::isEmpty);
      assertThat(records(space, "reader")).isEqualTo(copied);
    }
    KubeLab.await(
        "nothing left on the hosts",
        SOON,
        () -> String.join("\n", leftSince(before)),
        String::isEmpty);
  }

  private static Claim claim(String name) {
    return Claim.of(name).withClass("one-pool");
  }

  private static String copy(String claim, String snapshot) {
    return claim("copy-of-" + claim).yaml().stripTrailing()
        + "\n  dataSource: {apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: "
        + snapshot
        + "}\n";
  }

  private static String pod(String name, String node, String data, String log, String script) {
    return Manifests.pod(name, claim(data), node, script)
            .replace(
                "volumeMounts: [{name: data, mountPath: /data}]",
                "volumeMounts: [{name: data, mountPath: /data}, {name: log, mountPath: /log}]")
            .stripTrailing()
        + "\n  - {name: log, persistentVolumeClaim: {claimName: %s}}\n".formatted(log);
  }

  /** Waits until the writer has written some more than that; returns how many there are. */
  private static long awaitMore(Space space, long before) {
    String count =
        KubeLab.await(
            "more records than " + before,
            SOON,
            () -> String.valueOf(records(space, "writer").size()),
            now -> Long.parseLong(now) >= before + 20);
    return Long.parseLong(count);
  }

  /** In order; a line that is not yet complete is not one. */
  private static List<Long> records(Space space, String pod) {
    String script =
        "for file in $(ls /data/lines /log/lines 2>/dev/null); do head -n $(wc -l < $file) $file; done";
    return space.exec(pod, script).lines().map(Long::valueOf).sorted().toList();
  }

  private static void awaitReadyToUse(Space space) {
    KubeLab.await(
        "the group snapshot is ready",
        SOON,
        () ->
            space
                .kubectlResult(
                    "get", "volumegroupsnapshot", "moment", "-o=jsonpath={.status.readyToUse}")
                .stdout(),
        "true"::equals);
  }

  /** The group's snapshots, by the claims that they are of. */
  private static Map<String, String> members(Space space) {
    String pairs =
        space.kubectl(
            "get",
            "volumesnapshots",
            "-o=jsonpath={range .items[*]}{.spec.source.persistentVolumeClaimName} {.metadata.name}{\"\\n\"}{end}");
    return pairs
        .lines()
        .map(line -> line.split(" ", -1))
        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
  }

  private String snapshots() {
    return Stream.of(
            "volumesnapshots",
            "volumesnapshotcontents",
            "volumegroupsnapshots",
            "volumegroupsnapshotcontents")
        .map(kind -> lab.kubectl().check("get", kind, "--all-namespaces", "-o=name"))
        .filter(names -> !names.isEmpty())
        .collect(Collectors.joining("\n"));
  }

  /** Idle sessions stay for the next attach by design. */
  private SortedSet<String> leftSince(Inventory before) {
    return lab.inventory().since(before).stream()
        .filter(thing -> !thing.contains(": session "))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
