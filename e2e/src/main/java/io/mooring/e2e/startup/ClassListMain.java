package io.mooring.e2e.startup;

import io.mooring.csi.v1.Snapshot;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Installation;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.deployment.Unit;
import io.mooring.e2e.lab.Lab;
import io.mooring.e2e.lab.LabSettings;
import io.mooring.e2e.lab.qemu.VirtualMachine;
import io.mooring.e2e.lab.tool.Progress;
import io.mooring.e2e.load.StallTrial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * {@code make class-list}: lets all processes do what they do for a volume of each kind, for a path
 * that is lost, for growth and a snapshot while their JVMs note the classes, and writes {@code
 * deploy/classes/<module>.lst.gz}, from which {@code <module>/classes.jsa} is made. To be run again
 * when starts get slow; an old list is never wrong, only incomplete.
 */
public final class ClassListMain {
  private static final String IN_VM = "/var/tmp/classes.lst";
  private static final Duration WRITING = Duration.ofSeconds(10);

  private ClassListMain() {}

  /**
   * Writes the list.
   *
   * @param args where the controller's JVM, which the caller's MOORING_JAVA_OPTIONS reach, notes
   *     its classes
   */
  public static void main(String[] args) throws IOException {
    Progress progress = Progress.toStandardOutput();
    LabSettings settings = LabSettings.fromSystem();
    Path folder = settings.projectRoot().resolve("deploy/classes");
    try (Lab lab = Lab.start(settings, progress)) {
      try (Mooring mooring = new Installation(lab, progress, Duration.ofSeconds(3)).run()) {
        progress.say("classes: starting again, with lists");
        note(mooring.agent().unit());
        note(mooring.node1().unit());
        mooring.heal();
        progress.say("classes: one volume of each kind");
        useAll(mooring);
        progress.say("classes: a path that is lost and back, growth, a snapshot");
        useMore(mooring);
        mooring.agent().unit().stop();
        mooring.node1().unit().stop();
      }
      ClassList.write(folder.resolve("target-agent.lst.gz"), list(lab.storage()));
      ClassList.write(folder.resolve("controller.lst.gz"), Files.readString(Path.of(args[0])));
      ClassList.write(folder.resolve("node-plugin.lst.gz"), list(lab.worker(1)));
    }
    progress.say("classes: the lists are in " + folder);
  }

  private static void note(Unit unit) {
    unit.stop();
    unit.environment("MOORING_JAVA_OPTIONS=-Xshare:off -XX:DumpLoadedClassList=" + IN_VM);
  }

  private static void useAll(Mooring mooring) {
    for (String pool : new String[] {AgentHost.THIN, AgentHost.FILE}) {
      for (VolumeKind kind : VolumeKind.values()) {
        VolumeSpec spec = VolumeSpec.of("classes-" + pool + "-" + kind, pool, kind);
        Attachment attachment = mooring.provision(spec, mooring.node1());
        mooring.node1().client().stats(attachment);
        mooring.remove(attachment, mooring.node1());
      }
    }
    mooring.controller().list();
  }

  private static void useMore(Mooring mooring) {
    NodeHost node = mooring.node1();
    VolumeSpec spec = VolumeSpec.of("classes-more", AgentHost.THIN, VolumeKind.EXT4);
    Attachment attachment = mooring.provision(spec, node);
    new StallTrial(node, attachment, WRITING)
        .longest(
            path -> mooring.lab().pullCable(1, path), path -> mooring.lab().plugCable(1, path));
    String id = attachment.volume().getVolumeId();
    node.client().expand(attachment, mooring.controller().expand(id, 2 * spec.sizeBytes()));
    Snapshot snapshot = mooring.controller().snapshot("classes", id);
    mooring.controller().deleteSnapshot(snapshot.getSnapshotId());
    mooring.remove(attachment, node);
  }

  private static String list(VirtualMachine vm) {
    return vm.shell().check("cat " + IN_VM);
  }
}
