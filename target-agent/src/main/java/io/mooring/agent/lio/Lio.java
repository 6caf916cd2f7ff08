package io.mooring.agent.lio;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.block.BlockDevice;
import io.mooring.agent.identity.Serial;
import io.mooring.runtime.chap.Chap;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What the flows ask of the kernel's iSCSI target. Every call may be repeated. */
public final class Lio {
  private static final List<String> MODULES =
      List.of("target_core_mod", "target_core_iblock", "iscsi_target_mod");

  /** One that hangs must not take the time of the others. */
  private static final Duration ONE_TARGET = Duration.ofSeconds(15);

  private static final Duration FLUSHING = Duration.ofSeconds(25);

  private final ConfigFs fs;
  private final CommandRunner commands;
  private final Backstores backstores;
  private final Targets targets;
  private final Luns luns;
  private final List<Portal> portals;

  /** Works on the kernel behind that tree. */
  public Lio(ConfigFs fs, CommandRunner commands, List<Portal> portals) {
    this(fs, commands, Removal::anyProcessHas, portals);
  }

  Lio(
      ConfigFs fs,
      CommandRunner commands,
      Predicate<String> processWithArgument,
      List<Portal> portals) {
    this.fs = requireNonNull(fs, "fs is null");
    this.commands = requireNonNull(commands, "commands is null");
    this.portals = List.copyOf(portals);
    Removal removal = new Removal(fs, commands, processWithArgument);
    backstores = new Backstores(fs, removal);
    targets = new Targets(fs, removal, portals);
    luns = new Luns(fs, removal);
  }

  /** Where every target of this host listens. */
  public List<Portal> portals() {
    return portals;
  }

  /**
   * Loads the kernel's modules where they are not there and checks that the tree is.
   *
   * @throws Failure FAILED_PRECONDITION saying what the host lacks
   */
  public void prepare(Deadline deadline) {
    if (!fs.exists("core") || !fs.exists(Targets.FABRIC)) {
      loadModules(deadline);
    }
    if (!fs.exists("core")) {
      throw Failure.failedPrecondition(
          fs.absolute("core")
              + " does not exist although its modules are loaded; mount configfs"
              + " (mount -t configfs none /sys/kernel/config) and start the agent again");
    }
    fs.makeDirectory(Targets.FABRIC);
  }

  private void loadModules(Deadline deadline) {
    List<String> modprobe = new ArrayList<>(List.of("modprobe", "-a", "--"));
    modprobe.addAll(MODULES);
    var result = commands.run(Command.of(modprobe), deadline);
    if (!result.succeeded()) {
      throw Failure.failedPrecondition(
          "the kernel modules of the target cannot be loaded (%s); install a kernel with them"
              .formatted(result.complaint()));
    }
  }

  /**
   * Makes the node's target, or completes it, without letting anybody in that was not.
   *
   * @param chap what it demands at login; asked when nobody else changes the target
   */
  public void prepareTarget(String iqn, String initiator, Supplier<Optional<Chap>> chap) {
    targets.prepare(iqn, initiator, chap);
  }

  /** Changes what a node's target demands at login; nothing happens where there is none. */
  public void authenticate(String iqn, String initiator, Supplier<Optional<Chap>> chap) {
    targets.authenticate(iqn, initiator, chap);
  }

  /**
   * Lets the node in, when its LUNs are there.
   *
   * @return for each portal that cannot be opened now, one sentence
   */
  public List<String> openTarget(String iqn, Deadline deadline) {
    return targets.open(iqn, deadline);
  }

  /** Whether nodes get into that target. */
  public boolean isOpen(String iqn) {
    return targets.isOpen(iqn);
  }

  /** Serves the device as that LUN of a target that was prepared. */
  public void export(
      LunAddress address, Serial serial, BlockDevice device, boolean readOnly, Deadline deadline) {
    backstores.ensure(serial, device);
    FailPoints.pass("agent.publish.after-backstore");
    luns.map(address, serial, readOnly, deadline);
  }

  /** When it returns, no command of that node reaches the volume any more. */
  public void fence(LunAddress address, Serial serial, Deadline deadline) {
    if (targets.exists(address.iqn())) {
      luns.unmap(address, serial, deadline);
    }
  }

  /** Under which number an initiator reaches a volume now. */
  public OptionalInt exported(String iqn, String initiator, Serial serial) {
    return luns.find(iqn, initiator, serial);
  }

  /** Lets go of the volume's device. */
  public void removeBackstore(Serial serial, Deadline deadline) {
    backstores.remove(serial, deadline);
  }

  public boolean hasBackstore(Serial serial) {
    return backstores.exists(serial);
  }

  /** The serials of all our backstores. */
  public List<Serial> backstores() {
    return backstores.present();
  }

  /**
   * For a host that goes down: ends all sessions of these targets, then makes durable what they
   * wrote. An initiator outlives the host and never learns that a write which was answered, but not
   * flushed, is gone: so none may be. What a thin pool has mapped since its last commit, and what a
   * file system has allocated since its own, would be.
   *
   * @return one sentence for each thing that failed; the others were done
   */
  public List<String> quiesce(Predicate<String> whose, Deadline deadline) {
    List<String> problems = new ArrayList<>();
    targets.closeForGood();
    Deadline closing = deadline.leaving(FLUSHING);
    for (String iqn : targets.present()) {
      if (whose.test(iqn)) {
        attempt(() -> targets.close(iqn, closing.atMost(ONE_TARGET)), problems);
      }
    }
    List<String> devices = backstores.devices();
    if (!devices.isEmpty()) {
      attempt(() -> flush(devices, deadline), problems);
    }
    return problems;
  }

  private static void attempt(Runnable step, List<String> problems) {
    try {
      step.run();
    } catch (Failure e) {
      problems.add(e.sentence());
    }
  }

  private void flush(List<String> devices, Deadline deadline) {
    List<String> sync = new ArrayList<>(List.of("sync", "--"));
    sync.addAll(devices);
    commands.run(Command.of(sync), deadline).orFail("flush " + devices);
  }

  /** The numbers that a target has in the kernel, whoever made them. */
  public Set<Integer> lunNumbers(String iqn) {
    return luns.numbers(iqn);
  }

  /** The names of all targets of the host, foreign ones too. */
  public List<String> targets() {
    return targets.present();
  }
}
