package io.mooring.e2e.kube;

import io.mooring.e2e.lab.LabSettings;
import io.mooring.e2e.lab.tool.Progress;
import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/**
 * {@code KubeMain programs}: builds what a cluster of the lab needs; {@code addons}: what many
 * clusters have beside it; {@code previous}: Mooring as it was one version ago; {@code classes}:
 * adds to the list of the controller's classes. {@code KubeMain start}: boots a cluster with
 * Mooring on it and holds it until the process is ended.
 */
public final class KubeMain {
  private KubeMain() {}

  public static void main(String[] args) throws InterruptedException, IOException {
    String verb = args.length == 1 ? args[0] : "";
    Progress progress = Progress.toStandardOutput();
    LabSettings settings = LabSettings.fromSystem();
    try {
      switch (verb) {
        case "programs" -> Programs.obtain(settings, progress);
        case "addons" -> {
          Addons.obtain(settings, progress);
          SnapshotMetadata.obtain(settings, progress);
        }
        case "classes" ->
            new ControllerClasses(settings, Programs.obtain(settings, progress), progress).note();
        case "previous" -> new PreviousVersion(settings, progress).obtain();
        case "start" -> {
          KubeLab lab = KubeLab.start(settings, progress);
          new MooringRelease(lab).install();
          hold(lab, progress);
        }
        default -> {
          System.err.println("usage: KubeMain programs|addons|previous|classes|start");
          System.exit(2);
        }
      }
    } catch (Failure e) {
      System.err.println("lab: " + e.sentence());
      System.exit(1);
    }
  }

  private static void hold(KubeLab lab, Progress progress) throws InterruptedException {
    progress.say("lab: KUBECONFIG=" + lab.kubectl().kubeconfig() + "; ctrl-C ends the lab");
    // The shutdown hook of the lab does the rest.
    new CountDownLatch(1).await();
  }
}
