package io.mooring.e2e.lab;

import io.mooring.e2e.lab.tool.Progress;
import io.mooring.runtime.failure.Failure;
import java.util.concurrent.CountDownLatch;

/** {@code LabMain start}: boots the lab and holds it until the process is ended. */
public final class LabMain {
  private LabMain() {}

  public static void main(String[] args) throws InterruptedException {
    if (args.length != 1 || !args[0].equals("start")) {
      System.err.println("usage: LabMain start");
      System.exit(2);
    }
    Progress progress = Progress.toStandardOutput();
    try {
      Lab.start(LabSettings.fromSystem(), progress);
    } catch (Failure e) {
      System.err.println("lab: " + e.sentence());
      System.exit(1);
    }
    progress.say("lab: run commands with e2e/lab-exec VM COMMAND...; ctrl-C ends the lab");
    // The shutdown hook of the lab does the rest.
    new CountDownLatch(1).await();
  }
}
