package io.mooring.e2e.lab.dist;

import io.mooring.e2e.lab.LabSettings;
import io.mooring.e2e.lab.tool.HostTool;
import io.mooring.e2e.lab.tool.Progress;
import io.mooring.runtime.failure.Failure;
import java.nio.file.Path;

/** {@code make dist}: an archive of Mooring for hosts without containers. */
public final class DistMain {
  private DistMain() {}

  public static void main(String[] args) {
    Progress progress = Progress.toStandardOutput();
    LabSettings settings = LabSettings.fromSystem();
    Path directory = settings.projectRoot().resolve("e2e/target");
    HostTool tool = new HostTool(directory.resolve("dist.log"));
    try {
      progress.say("dist: " + new Distribution(settings, tool, progress).makeArchive(directory));
    } catch (Failure e) {
      System.err.println("dist: " + e.sentence());
      System.exit(1);
    }
  }
}
