package io.mooring.e2e.demo;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Installation;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.lab.Lab;
import io.mooring.e2e.lab.LabSettings;
import io.mooring.e2e.lab.LabShape;
import io.mooring.e2e.lab.qemu.StoragePath;
import io.mooring.e2e.lab.tool.Progress;
import io.mooring.e2e.load.SteadyWriter;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.BooleanSupplier;

/**
 * {@code make demo}: a volume on two real paths, a pulled cable under load beside what stock
 * settings make of it, every byte verified.
 */
public final class Demo {
  private static final Duration IDLE_LOGOUT = Duration.ofSeconds(3);
  private static final Duration WRITING = Duration.ofSeconds(15);
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Poll LOOK = new Poll(Duration.ofMillis(300), Duration.ofSeconds(1));

  private final Progress progress;
  private final Mooring mooring;
  private final NodeHost node;

  private Demo(Progress progress, Mooring mooring) {
    this.progress = progress;
    this.mooring = mooring;
    this.node = mooring.node1();
  }

  public static void main(String[] args) {
    Progress progress = Progress.toStandardOutput();
    LabSettings settings = LabSettings.fromSystem();
    try (Lab lab = Lab.start(settings, progress, LabShape.of(1));
        Mooring mooring = new Installation(lab, progress, IDLE_LOGOUT).run()) {
      new Demo(progress, mooring).tell();
    } catch (RuntimeException e) {
      progress.say("FAILED: " + e.getMessage());
      progress.say("consoles and logs: " + settings.directory());
      System.exit(1);
    }
  }

  private void tell() {
    Inventory before = mooring.inventory();

    progress.say("CreateVolume: 320 MiB from the thin pool of storage host " + AgentHost.TARGET);
    VolumeSpec spec = VolumeSpec.of("demo", AgentHost.THIN, VolumeKind.EXT4);
    var volume = mooring.controller().create(spec);
    progress.say("  volume " + volume.getVolumeId());

    progress.say("attach to worker1: map the LUN, log in over both portals, bind the paths, mount");
    Attachment attachment = mooring.attach(volume, spec.kind(), node);
    show("multipath -ll " + attachment.wwid());
    show("lsblk -o NAME,TYPE,SIZE,MOUNTPOINTS -s /dev/mapper/" + attachment.wwid());

    Outcome guarded = pullEachCable(attachment);
    progress.say(
        "the same with what guides recommend, instead of the path guard: noop 5/5, replacement_timeout 5");
    node.pathGuard(false);
    Outcome stock = pullEachCable(attachment);

    progress.say("detach, delete, and look for what is left");
    mooring.remove(attachment, node);
    expectNothingLeft(before);
    progress.say(
        "done: %d blocks written and verified, no error, nothing left behind"
            .formatted(guarded.blocks() + stock.blocks()));
    progress.say(
        "longest write when a cable was pulled: %d ms, with stock settings %d ms"
            .formatted(guarded.longest().toMillis(), stock.longest().toMillis()));
  }

  /** What writers saw, together. */
  private record Outcome(long blocks, Duration longest) {
    private Outcome with(SteadyWriter.Report report) {
      Duration stall = report.longestStall();
      return new Outcome(blocks + report.writes(), stall.compareTo(longest) > 0 ? stall : longest);
    }
  }

  /** One after the other, since a single writer may use the one or the other path. */
  private Outcome pullEachCable(Attachment attachment) {
    Outcome outcome = new Outcome(0, Duration.ZERO);
    for (StoragePath path : StoragePath.values()) {
      outcome = outcome.with(writeWhileACableIsPulled(attachment, path));
    }
    return outcome;
  }

  private SteadyWriter.Report writeWhileACableIsPulled(Attachment attachment, StoragePath path) {
    progress.say("a writer starts: one checksummed direct 4 KiB block after the other");
    SteadyWriter writer = SteadyWriter.start(node.vm(), attachment, WRITING);
    progress.say("  pull the cable of path " + path.letter());
    mooring.lab().pullCable(node.vm().number(), path);
    await("one path failed, one ready", () -> node.readyPaths(attachment) == 1);
    show("multipath -ll " + attachment.wwid());
    progress.say("  plug it back");
    mooring.lab().plugCable(node.vm().number(), path);
    await("both paths ready", () -> node.readyPaths(attachment) == 2);
    SteadyWriter.Report report = writer.finish();
    if (report.errors() != 0) {
      throw new IllegalStateException("the writer saw error " + report.errors());
    }
    progress.say(
        "  %d blocks written, no error; the longest write took %d ms"
            .formatted(report.writes(), report.longestStall().toMillis()));
    progress.say("  read every block back and compare its checksum");
    writer.verify();
    return report;
  }

  private void expectNothingLeft(Inventory before) {
    await(
        "no session, path, map, LUN or logical volume left",
        () -> mooring.inventory().since(before).isEmpty());
  }

  private void await(String state, BooleanSupplier reached) {
    if (!LOOK.until(Deadline.after(PATIENCE), reached)) {
      SortedSet<String> now = mooring.inventory().since(new Inventory(Map.of()));
      throw new IllegalStateException(
          "waited " + PATIENCE.toSeconds() + " s for: " + state + "; the hosts hold: " + now);
    }
    progress.say("  " + state);
  }

  private void show(String command) {
    progress.say("  worker1# " + command);
    node.vm()
        .shell()
        .check(command)
        .lines()
        .forEach(line -> System.out.println("          | " + line));
  }
}
