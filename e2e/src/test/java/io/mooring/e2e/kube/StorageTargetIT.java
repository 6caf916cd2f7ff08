package io.mooring.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.kube.Manifests.Claim;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What kubectl shows of a storage host whose agent stands still, and of pods that need it. */
@Tag("k8s-long")
@ExtendWith(KubeExtension.class)
class StorageTargetIT {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final String OBJECT = "storagetarget/" + AgentHost.TARGET;
  private static final String WHO = "storage target " + AgentHost.TARGET;

  private final KubeLab lab;
  private final TargetObject target;

  StorageTargetIT(KubeLab lab) {
    this.lab = lab;
    this.target = new TargetObject(lab);
  }

  @AfterEach
  void theAgentRuns() {
    lab.agent().start();
    lab.kubectl().check("wait", OBJECT, "--for=condition=Ready", "--timeout=300s");
  }

  @Test
  void anAgentThatStandsStillIsSaidAtItsObjectAndAtThePodsThatWaitForIt() {
    try (Space space = new Space(lab, "target")) {
      Claim claim = Claim.of("kept");
      space.run(claim, "worker1", "echo kept > /data/name && sync && exec sleep 100000");
      space.deletePod("kept");
      awaitDetached(space);
      long before = told("Unreachable");

      lab.agent().unit().stop();
      lab.kubectl().check("wait", OBJECT, "--for=condition=Ready=False", "--timeout=180s");
      assertThat(target.condition("Ready", "reason")).isEqualTo("Unreachable");
      assertThat(target.condition("Ready", "message")).contains(WHO);
      assertThat(target.field("{.status.reachable}")).isEqualTo("false");
      KubeLab.await(
          "an Event of the StorageTarget",
          PATIENCE,
          () -> events("Unreachable"),
          said -> said.lines().count() > before);
      assertThat(events("Unreachable").lines()).allMatch(line -> line.startsWith(WHO));

      space.apply(Manifests.pod(claim, "worker1", "exec sleep 100000"));
      KubeLab.await(
          "an Event of the pod that names the target",
          PATIENCE,
          () -> failedAttach(space),
          said -> said.contains(WHO));

      long answers = told("Answers");
      lab.agent().start();
      lab.kubectl().check("wait", OBJECT, "--for=condition=Ready", "--timeout=300s");
      assertThat(target.field("{.status.reachable}")).isEqualTo("true");
      KubeLab.await(
          "an Event that it is back",
          PATIENCE,
          () -> events("Answers"),
          said -> said.lines().count() > answers);
      space.awaitReady("kept");
      assertThat(space.exec("kept", "cat /data/name").strip()).isEqualTo("kept");
    }
  }

  @Test
  void theStatusIsWhatTheHostItselfSays() {
    assertThat("mooring-agent " + target.field("{.status.version}"))
        .isEqualTo(onTheHost("/opt/mooring/bin/mooring-agent --version"));
    assertThat(target.field("{.status.portals}"))
        .isEqualTo("[\"10.77.1.1:3260\",\"10.77.2.1:3260\"]");
    assertThat(pool(AgentHost.THIN, "backend")).isEqualTo("thin");
    assertThat(pool(AgentHost.FILE, "backend")).isEqualTo("file");
    long total = bytes("lv_size mooring/pool0");
    assertThat(pool(AgentHost.THIN, "total")).isEqualTo(String.valueOf(total));
    // Less than one part in a hundred is not worth a write.
    KubeLab.await(
        "what volumes have left of the pool",
        PATIENCE,
        () -> pool(AgentHost.THIN, "available"),
        available ->
            Math.abs(
                    total
                        - bytes("lv_size -S 'pool_lv=pool0 && lv_name=~^mooring-' mooring")
                        - Long.parseLong(available))
                <= total / 100);
  }

  private void awaitDetached(Space space) {
    String volume = space.kubectl("get", "pvc", "kept", "-o=jsonpath={.spec.volumeName}");
    KubeLab.await(
        volume + " is attached nowhere",
        PATIENCE,
        () ->
            lab.kubectl()
                .check(
                    "get",
                    "volumeattachments",
                    "-o=jsonpath={.items[?(@.spec.source.persistentVolumeName=='%s')].metadata.name}"
                        .formatted(volume)),
        String::isEmpty);
  }

  /** What Events of the object with that reason say, one a line. */
  private String events(String reason) {
    return lab.kubectl()
        .check(
            "get",
            "events",
            "--namespace=default",
            "--field-selector=involvedObject.kind=StorageTarget,involvedObject.name=%s,reason=%s"
                .formatted(AgentHost.TARGET, reason),
            "-o=jsonpath={range .items[*]}{.message}{\"\\n\"}{end}");
  }

  /** How many Events there are. */
  private long told(String reason) {
    return events(reason).lines().count();
  }

  private static String failedAttach(Space space) {
    return space.kubectl(
        "get",
        "events",
        "--field-selector=involvedObject.kind=Pod,involvedObject.name=kept,reason=FailedAttachVolume",
        "-o=jsonpath={.items[*].message}");
  }

  private String pool(String name, String field) {
    return target.field("{.status.pools[?(@.name==\"%s\")].%s}".formatted(name, field));
  }

  /** The sum of what lvs has in that column. */
  private long bytes(String what) {
    return onTheHost("lvs --noheadings --nosuffix --units b -o " + what)
        .lines()
        .mapToLong(line -> Long.parseLong(line.strip()))
        .sum();
  }

  private String onTheHost(String script) {
    return lab.agent().vm().shell().check(script);
  }
}
