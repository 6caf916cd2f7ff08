package io.mooring.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.kube.Manifests.Claim;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * An upgrade is never one moment: each process works with the others as they were a version ago.
 */
@Tag("k8s-long")
@ExtendWith(KubeExtension.class)
class VersionsApartIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String CURRENT_AGENT = "/opt/mooring";
  private static final String PREVIOUS_AGENT = "/opt/mooring-previous";

  private static final String PREVIOUS_CONTROLLER =
      "--set=controller.image.tag=" + PreviousVersion.TAG;
  private static final String PREVIOUS_NODE = "--set=node.image.tag=" + PreviousVersion.TAG;

  private final KubeLab lab;
  private final MooringRelease release;
  private final PreviousVersion previous;

  VersionsApartIT(KubeLab lab) {
    this.lab = lab;
    this.release = new MooringRelease(lab);
    this.previous = new PreviousVersion(lab.lab().settings(), lab.progress());
  }

  @Test
  void everyProcessMayBeOneVersionBehindTheOthers() {
    loadPreviousVersion();
    try (Space space = new Space(lab, "apart")) {
      space.run(Claim.of("writer"), "worker1", PodWriter.SCRIPT);
      PodWriter writer = new PodWriter(space, "writer");

      behind("node plugin", PREVIOUS_NODE);
      useVolume(space, "old-node");
      writer.awaitLines(10, PATIENCE);

      behind("controller", PREVIOUS_CONTROLLER);
      useVolume(space, "old-controller");

      release.upgrade();
      lab.agent().updateTo(PREVIOUS_AGENT);
      lab.progress().say("  agent behind the others");
      useVolume(space, "old-agent");

      lab.agent().updateTo(CURRENT_AGENT);
      useVolume(space, "all-new");
      writer.awaitLines(10, PATIENCE);
      assertThat(writer.unharmed()).isTrue();
      lab.progress().say("  longest stall: " + writer.longestGap().toMillis() + " ms");
    } finally {
      lab.agent().updateTo(CURRENT_AGENT);
      release.upgrade();
    }
  }

  /** With the chart of that version, and its definitions of Mooring's objects. */
  @Test
  void aReleaseOfTheVersionBeforeIsUpgradedAndRolledBackUnderAWriter() {
    loadPreviousVersion();
    try (Space space = new Space(lab, "upgraded")) {
      space.run(Claim.of("writer"), "worker1", PodWriter.SCRIPT);
      PodWriter writer = new PodWriter(space, "writer");
      release.uninstall();
      new MooringRelease(lab, previous.chart()).installAgain(PREVIOUS_CONTROLLER, PREVIOUS_NODE);
      lab.agent().updateTo(PREVIOUS_AGENT);
      useVolume(space, "before");

      release.upgrade();
      lab.progress().say("  upgraded");
      useVolume(space, "upgraded");
      writer.awaitLines(10, PATIENCE);

      release.rollBack();
      lab.progress().say("  rolled back");
      useVolume(space, "rolled-back");
      writer.awaitLines(10, PATIENCE);
      assertThat(writer.unharmed()).isTrue();
      lab.progress().say("  longest stall: " + writer.longestGap().toMillis() + " ms");
    } finally {
      lab.agent().updateTo(CURRENT_AGENT);
      release.upgrade();
    }
  }

  private void behind(String process, String setting) {
    release.upgrade(setting);
    lab.progress().say("  " + process + " behind the others");
  }

  /** A volume's whole life, on both nodes. */
  private static void useVolume(Space space, String name) {
    Claim claim = Claim.of(name);
    space.run(claim, "worker1", "echo " + name + " > /data/name && sync && exec sleep 100000");
    space.deletePod(name);
    space.apply(Manifests.pod(claim, "worker2", "exec sleep 100000"));
    space.awaitReady(name);
    assertThat(space.exec(name, "cat /data/name")).isEqualTo(name);
    space.deletePod(name);
    space.kubectl("delete", "pvc", name, "--timeout=180s");
  }

  private void loadPreviousVersion() {
    previous.obtain();
    lab.progress().say("  nodes and storage host get the previous version");
    lab.nodes().forEach(node -> node.load(previous.images()));
    lab.agent()
        .vm()
        .shell()
        .upload(previous.agent(), "/var/tmp/agent.tar", Deadline.after(PATIENCE));
    lab.agent()
        .vm()
        .shell()
        .check(
            """
            mkdir -p %1$s && tar -C %1$s -xf /var/tmp/agent.tar && rm /var/tmp/agent.tar
            ln -sfn %2$s/jre %1$s/jre
            """
                .formatted(PREVIOUS_AGENT, CURRENT_AGENT));
  }
}
