package io.mooring.e2e.demo;

import io.mooring.e2e.kube.KubeLab;
import io.mooring.e2e.kube.Manifests;
import io.mooring.e2e.kube.Manifests.Claim;
import io.mooring.e2e.kube.MooringRelease;
import io.mooring.e2e.kube.PodWriter;
import io.mooring.e2e.kube.Space;
import io.mooring.e2e.lab.LabSettings;
import io.mooring.e2e.lab.qemu.StoragePath;
import io.mooring.e2e.lab.tool.Progress;
import java.time.Duration;
import java.util.Locale;

/** {@code make demo-k8s}: the main job as its users see it, in kubectl's own words. */
public final class KubeDemo {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Progress progress;
  private final KubeLab lab;

  private KubeDemo(Progress progress, KubeLab lab) {
    this.progress = progress;
    this.lab = lab;
  }

  public static void main(String[] args) {
    Progress progress = Progress.toStandardOutput();
    LabSettings settings = LabSettings.fromSystem();
    try (KubeLab lab = KubeLab.start(settings, progress)) {
      new MooringRelease(lab).install();
      new KubeDemo(progress, lab).tell();
    } catch (RuntimeException e) {
      progress.say("FAILED: " + e.getMessage());
      progress.say("consoles and logs: " + settings.directory());
      System.exit(1);
    }
  }

  private void tell() {
    show("get", "pods", "--namespace=" + MooringRelease.NAMESPACE, "-o=wide");
    show("get", "storagetargets,storageclasses");
    try (Space space = new Space(lab, "demo")) {
      progress.say("a claim and a pod that writes one synced line after the other");
      space.run(Claim.of("diary"), "worker1", PodWriter.SCRIPT);
      show("get", "pvc,pods", "--namespace=demo", "-o=wide");
      show("get", "mooringvolumes");
      PodWriter writer = new PodWriter(space, "diary");
      writer.awaitLines(20, PATIENCE);

      progress.say("pull the cable of path a of worker1, wait, plug it back");
      lab.lab().pullCable(1, StoragePath.A);
      writer.awaitLines(20, PATIENCE);
      lab.lab().plugCable(1, StoragePath.A);
      writer.awaitLines(20, PATIENCE);
      Duration gap = writer.longestGap();
      progress.say(
          String.format(
              Locale.ROOT,
              "  no error, no restart, every line there; the longest write took %.1f s",
              gap.toMillis() / 1000.0));
      if (!writer.unharmed()) {
        throw new IllegalStateException("the pod was restarted");
      }

      progress.say("the pod moves to worker2 with its data");
      String lines = space.exec("diary", "wc -l < /data/lines");
      space.deletePod("diary");
      space.apply(Manifests.pod(Claim.of("diary"), "worker2", "exec sleep 100000"));
      space.awaitReady("diary");
      String found = space.exec("diary", "wc -l < /data/lines");
      if (Long.parseLong(found.strip()) < Long.parseLong(lines.strip())) {
        throw new IllegalStateException("lines are missing: " + found + " of " + lines);
      }
      progress.say(
          "  %s lines were there before it was stopped, %s are there now"
              .formatted(lines.strip(), found.strip()));
      progress.say("delete everything");
    }
    show("get", "pv,mooringvolumes");
    progress.say("done");
  }

  private void show(String... words) {
    progress.say("  # kubectl " + String.join(" ", words));
    lab.kubectl().check(words).lines().forEach(line -> System.out.println("          | " + line));
  }
}
