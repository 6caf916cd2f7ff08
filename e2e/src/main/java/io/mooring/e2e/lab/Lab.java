package io.mooring.e2e.lab;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.qemu.PathNetworks;
import io.mooring.e2e.lab.qemu.StoragePath;
import io.mooring.e2e.lab.qemu.VirtualMachine;
import io.mooring.e2e.lab.tool.Progress;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One storage VM and two workers on two separate networks, and what can happen to them: cables
 * pulled, packets lost, power cut. Workers are counted from 1. The two paths are 10.77.1.0/24 and
 * 10.77.2.0/24; the storage host is .1 in both, worker n is .10+n.
 */
public final class Lab implements AutoCloseable {
  /** How many workers a lab has. */
  public static final int WORKERS = 2;

  /** A start takes 30 s on two emulated processors; a busy machine may need several times that. */
  private static final Duration START_LIMIT = Duration.ofMinutes(6);

  private final LabSettings settings;
  private final LabRun run;
  private final SystemDisks systems;
  private final PacketFilter filter;
  private final Set<Disturbed> disturbed = new HashSet<>();

  /** A card that does not send as it could. */
  private record Disturbed(VirtualMachine machine, String card) {}

  Lab(LabSettings settings, LabRun run, SystemDisks systems) {
    this.settings = requireNonNull(settings, "settings is null");
    this.run = requireNonNull(run, "run is null");
    this.systems = requireNonNull(systems, "systems is null");
    this.filter = new PacketFilter(run.storage().shell());
  }

  /** Starts all VMs and waits until they are ready. Cold, the image is built first. */
  public static Lab start(LabSettings settings, Progress progress) {
    return start(settings, progress, LabShape.of(WORKERS));
  }

  /** The same in another shape. */
  public static Lab start(LabSettings settings, Progress progress, LabShape shape) {
    return new LabStarter(settings, progress, shape).start();
  }

  /** The storage host. */
  public VirtualMachine storage() {
    return run.storage();
  }

  /** A worker, counted from 1. */
  public VirtualMachine worker(int number) {
    return run.workers().get(number - 1);
  }

  /** How many workers there are. */
  public int workers() {
    return run.workers().size();
  }

  /** The storage host and the workers. */
  public List<VirtualMachine> machines() {
    return Stream.concat(Stream.of(storage()), run.workers().stream()).toList();
  }

  /** Where this lab keeps its files. */
  public LabSettings settings() {
    return settings;
  }

  /** Pulls a worker's cable out: both ends lose their carrier. */
  public void pullCable(int worker, StoragePath path) {
    setCable(worker, path, false);
  }

  /** Puts a worker's cable back. */
  public void plugCable(int worker, StoragePath path) {
    setCable(worker, path, true);
  }

  private void setCable(int worker, StoragePath path, boolean up) {
    worker(worker).setLink(path.device(), up);
    storage().setLink(PathNetworks.portName(path, worker), up);
  }

  /**
   * Takes the storage host's network card at the end of a worker's cable down, or up again: the
   * worker's own link stays, as behind a switch.
   */
  public void setStorageCard(int worker, StoragePath path, boolean up) {
    storage().setLink(PathNetworks.portName(path, worker), up);
  }

  /**
   * Makes what a worker sends over a path late or lost in part, until {@link #heal}.
   *
   * @param how in the words of tc-netem(8), such as {@code loss 5%}
   */
  public void disturb(int worker, StoragePath path, String how) {
    disturb(new Disturbed(worker(worker), path.device()), "netem " + how);
  }

  /**
   * Makes a worker's path a link of that speed in each direction, until {@link #heal}.
   *
   * @param megabits per second
   */
  public void throttle(int worker, StoragePath path, int megabits) {
    // Room for one packet as large as the kernel makes them, and for a queue of a fifth of a
    // second.
    String how = "tbf rate %dmbit burst 64kb latency 200ms".formatted(megabits);
    disturb(new Disturbed(worker(worker), path.device()), how);
    disturb(new Disturbed(storage(), PathNetworks.portName(path, worker)), how);
  }

  private void disturb(Disturbed place, String how) {
    place.machine().shell().check("tc qdisc replace dev %s root %s".formatted(place.card(), how));
    disturbed.add(place);
  }

  private static void calm(Disturbed place) {
    place.machine().shell().check("tc qdisc del dev %s root".formatted(place.card()));
  }

  /** Makes a portal silent for everybody: packets vanish in both directions, no link goes down. */
  public void dropPackets(StoragePath portal) {
    filter.drop(portal, IntStream.rangeClosed(1, workers()).boxed().toList());
  }

  /** Makes a portal silent for one worker. */
  public void dropPackets(StoragePath portal, int worker) {
    filter.drop(portal, List.of(worker));
  }

  /** Lets the portal's packets through again. */
  public void restore(StoragePath portal) {
    filter.restore(portal);
  }

  /**
   * Puts in every cable, ends every loss and delay of packets: the state in which each test begins.
   */
  public void heal() {
    for (StoragePath path : StoragePath.values()) {
      for (int worker = 1; worker <= workers(); worker++) {
        plugCable(worker, path);
      }
    }
    filter.restoreAll();
    disturbed.forEach(Lab::calm);
    disturbed.clear();
  }

  /** Cuts a VM's power and waits until it is back; returns the new boot id. */
  public String powerCut(VirtualMachine machine) {
    return restart(machine, machine::reset);
  }

  /**
   * Cuts a VM's power and has it start with a system as it comes from the image: all that was on
   * its system disk is lost, its other disks are as they were. Returns the new boot id.
   */
  public String loseSystem(VirtualMachine machine) {
    Path system = systems.fresh(machine.name());
    return restart(machine, () -> machine.resetWith(system));
  }

  /** Restarts a VM in good order and waits until it is back; returns the new boot id. */
  public String reboot(VirtualMachine machine) {
    return restart(machine, machine::reboot);
  }

  private static String restart(VirtualMachine machine, Runnable how) {
    long position = machine.consolePosition();
    how.run();
    return machine.awaitReady(position, Deadline.after(START_LIMIT));
  }

  /** How long a start may take. */
  static Duration startLimit() {
    return START_LIMIT;
  }

  /** Ends all VMs. */
  @Override
  public void close() {
    run.close();
  }

  /** The VM of that name. */
  public VirtualMachine machine(String name) {
    return machines().stream()
        .filter(machine -> machine.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            Failure.notFound("the lab has no VM " + name + "; try storage, worker1, worker2"));
  }
}
