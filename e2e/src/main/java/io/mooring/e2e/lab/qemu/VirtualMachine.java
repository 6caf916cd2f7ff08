package io.mooring.e2e.lab.qemu;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonObject;
import io.mooring.e2e.lab.guest.GuestAddress;
import io.mooring.e2e.lab.guest.GuestShell;
import io.mooring.e2e.lab.image.GoldenImage;
import io.mooring.e2e.lab.tool.HostTool;
import io.mooring.e2e.lab.tool.KeptProcess;
import io.mooring.e2e.lab.tool.LogTail;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running VM. Its QEMU process stays the same through restarts of the guest, because the cables
 * are sockets that cannot be connected a second time.
 */
public final class VirtualMachine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(VirtualMachine.class);
  private static final Duration QMP_LIMIT = Duration.ofSeconds(20);
  private static final Duration MIGRATION_LIMIT = Duration.ofMinutes(1);
  private static final long UNLIMITED = 1L << 40;
  private static final Set<String> ENDED = Set.of("completed", "failed", "cancelled");
  private static final Poll OFTEN = new Poll(Duration.ofMillis(50), Duration.ofMillis(250));

  /** A line of {@code info usernet}: protocol, descriptor, source address, source port. */
  private static final Pattern FORWARD =
      Pattern.compile("TCP\\[HOST_FORWARD]\\s+\\d+\\s+127\\.0\\.0\\.1\\s+(\\d+)");

  private final VmSpec spec;
  private final Path qemuLog;
  private final Console console;
  private final KeptProcess process;
  private final Qmp qmp;
  private final GuestAddress address;

  private VirtualMachine(
      VmSpec spec, VmFiles files, KeptProcess process, Qmp qmp, GuestAddress address) {
    this.spec = requireNonNull(spec, "spec is null");
    this.qemuLog = files.qemuLog();
    this.console = new Console(files.console());
    this.process = requireNonNull(process, "process is null");
    this.qmp = requireNonNull(qmp, "qmp is null");
    this.address = requireNonNull(address, "address is null");
  }

  /** Switches a VM on; {@link #awaitReady} says when it can be used. */
  public static VirtualMachine start(
      VmSpec spec, VmFiles files, GoldenImage image, Accelerator accelerator, String token) {
    return start(spec, files, QemuCommand.of(spec, files, image, accelerator), token);
  }

  /** QEMU's command line for a VM. */
  public static List<String> command(
      VmSpec spec, VmFiles files, GoldenImage image, Accelerator accelerator) {
    return QemuCommand.of(spec, files, image, accelerator);
  }

  /** What QEMU says of its version. */
  public static String qemuVersion(HostTool tool) {
    List<String> lines = new ArrayList<>();
    tool.run(List.of(QemuCommand.PROGRAM, "--version"), Deadline.after(QMP_LIMIT), lines::add);
    return String.join(" ", lines);
  }

  /**
   * Lets a VM go on that was saved, with the same image, accelerator and token.
   *
   * @param spec as it was, but for the files of its disks
   * @param memory what {@link #saveMemory} wrote
   */
  public static VirtualMachine resume(
      VmSpec spec,
      VmFiles files,
      GoldenImage image,
      Accelerator accelerator,
      String token,
      Path memory) {
    List<String> argv = new ArrayList<>(QemuCommand.of(spec, files, image, accelerator));
    argv.addAll(List.of("-incoming", "exec:cat " + quoted(memory)));
    VirtualMachine machine = start(spec, files, argv, token);
    try {
      machine.awaitMigration();
      machine.thaw();
      return machine;
    } catch (Failure e) {
      machine.close();
      throw Failure.internal(
          "%s does not go on from %s (%s); QEMU says: %s"
              .formatted(spec.name(), memory, e.sentence(), LogTail.of(files.qemuLog())),
          e);
    }
  }

  private static VirtualMachine start(VmSpec spec, VmFiles files, List<String> argv, String token) {
    Deadline deadline = Deadline.after(QMP_LIMIT);
    writeSecret(files.token(), token);
    KeptProcess process = KeptProcess.start(argv, files.qemuLog());
    try {
      Qmp qmp = connect(spec.name(), files, deadline).begin(deadline);
      GuestAddress address = new GuestAddress(spec.name(), shellPort(qmp, deadline), token);
      return new VirtualMachine(spec, files, process, qmp, address);
    } catch (Failure e) {
      process.close();
      throw e;
    }
  }

  private static void writeSecret(Path file, String token) {
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, token + "\n");
    } catch (IOException e) {
      throw Failure.internal("could not write " + file + ": " + e.getMessage(), e);
    }
  }

  private static Qmp connect(String name, VmFiles files, Deadline deadline) {
    Optional<SocketChannel> channel = OFTEN.forValue(deadline, () -> tryConnect(files.qmp()));
    SocketChannel open =
        channel.orElseThrow(() ->
            Failure.unavailable(
                "QEMU of %s did not start; its log %s says: %s"
                    .formatted(name, files.qemuLog(), LogTail.of(files.qemuLog()))));
    return new Qmp(
        name,
        Channels.newReader(open, StandardCharsets.UTF_8),
        Channels.newWriter(open, StandardCharsets.UTF_8),
        open);
  }

  private static Optional<SocketChannel> tryConnect(Path socket) {
    try {
      return Optional.of(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
    } catch (IOException e) {
      LOG.trace("{} is not there yet: {}", socket, e.toString());
      return Optional.empty();
    }
  }

  private static int shellPort(Qmp qmp, Deadline deadline) {
    JsonObject arguments = new JsonObject();
    arguments.addProperty("command-line", "info usernet");
    String table = qmp.execute("human-monitor-command", arguments, deadline).getAsString();
    Matcher port = FORWARD.matcher(table);
    if (!port.find()) {
      throw Failure.internal("QEMU forwards no port to the VM's shell; it says: " + table);
    }
    return Integer.parseInt(port.group(1));
  }

  /** Host name, also in the VM. */
  public String name() {
    return spec.name();
  }

  /** 0 for the storage VM, 1.. for workers. */
  public int number() {
    return spec.number();
  }

  /** Runs scripts in the VM. */
  public GuestShell shell() {
    return new GuestShell(address);
  }

  /** How another process of this user reaches the VM's shell. */
  public GuestAddress address() {
    return address;
  }

  /** The file with everything the VM wrote on its serial console. */
  public Path console() {
    return console.log();
  }

  /** Marks a point in the console's output, for {@link #awaitReady}. */
  public long consolePosition() {
    return console.position();
  }

  /**
   * Waits until the VM's services are up.
   *
   * @param position only a start announced after this point of the console counts; 0 for any
   * @return the boot id
   * @throws Failure DEADLINE_EXCEEDED or UNAVAILABLE, with the console's last lines
   */
  public String awaitReady(long position, Deadline deadline) {
    Optional<String> bootId =
        OFTEN.forValue(
            deadline,
            () -> {
              Optional<String> ready = console.readySince(position);
              if (ready.isEmpty() && hasEnded()) {
                throw Failure.unavailable(
                    "QEMU of %s has ended; its log %s says: %s%nand the console %s:%n%s"
                        .formatted(
                            name(),
                            qemuLog,
                            LogTail.of(qemuLog),
                            console.log(),
                            LogTail.of(console.log())));
              }
              return ready;
            });
    return bootId.orElseThrow(() ->
        Failure.deadlineExceeded(
            "%s did not become ready in time; its console %s says:%n%s"
                .formatted(name(), console.log(), LogTail.of(console.log()))));
  }

  /** Whether its QEMU is no more, so that nothing brings it back. */
  public boolean hasEnded() {
    return qmp.ended().isDone();
  }

  /** Plugs a cable into a network card, or pulls it: the card sees the carrier come and go. */
  public void setLink(String card, boolean up) {
    JsonObject arguments = new JsonObject();
    arguments.addProperty("name", "card-" + card);
    arguments.addProperty("up", up);
    qmp.execute("set_link", arguments, Deadline.after(QMP_LIMIT));
  }

  /** Takes the power away and gives it back at once: nothing is written, nothing is closed. */
  public void reset() {
    qmp.execute("system_reset", Deadline.after(QMP_LIMIT));
  }

  /**
   * Takes the power away and gives it back with another system disk; the other disks stay.
   *
   * @param system a qcow2 file that no VM uses, as large as the former one
   */
  public void resetWith(Path system) {
    freeze();
    // QEMU changes the file behind a disk only by name, and a name is good for one file.
    String node = "system-" + system.getFileName();
    qmp.execute("blockdev-add", SystemDisk.node(node, system), Deadline.after(QMP_LIMIT));
    qmp.execute("qom-set", SystemDisk.exchange(node), Deadline.after(QMP_LIMIT));
    reset();
    thaw();
  }

  /** Freezes the VM: its processors stand still, its network is silent. */
  public void freeze() {
    qmp.execute("stop", Deadline.after(QMP_LIMIT));
  }

  /** Lets a frozen VM go on. */
  public void thaw() {
    qmp.execute("cont", Deadline.after(QMP_LIMIT));
  }

  /** Writes everything that a frozen VM has in its memory. */
  public void saveMemory(Path file) {
    Deadline deadline = Deadline.after(QMP_LIMIT);
    JsonObject parameters = new JsonObject();
    parameters.addProperty("max-bandwidth", UNLIMITED);
    qmp.execute("migrate-set-parameters", parameters, deadline);
    JsonObject arguments = new JsonObject();
    arguments.addProperty("uri", "exec:cat > " + quoted(file));
    qmp.execute("migrate", arguments, deadline);
    awaitMigration();
  }

  private void awaitMigration() {
    Optional<String> end =
        OFTEN.forValue(
            Deadline.after(MIGRATION_LIMIT),
            () -> {
              JsonObject state =
                  qmp.execute("query-migrate", Deadline.after(QMP_LIMIT)).getAsJsonObject();
              String status = state.has("status") ? state.get("status").getAsString() : "none";
              return ENDED.contains(status) ? Optional.of(status) : Optional.empty();
            });
    if (!end.equals(Optional.of("completed"))) {
      throw Failure.internal(
          "the memory of %s could not be moved: %s".formatted(name(), end.orElse("time is over")));
    }
  }

  private static String quoted(Path path) {
    return "'" + path.toString().replace("'", "'\\''") + "'";
  }

  /** Asks the VM's system to start again, in good order. Does not wait. */
  public void reboot() {
    shell().check("systemctl reboot --no-block");
  }

  /** Ends QEMU. What the VM had in memory is lost. */
  @Override
  public void close() {
    if (!hasEnded()) {
      quit();
    }
    qmp.close();
    process.close();
  }

  private void quit() {
    try {
      qmp.execute("quit", Deadline.after(Duration.ofSeconds(5)));
      qmp.ended().get(5, TimeUnit.SECONDS);
    } catch (Failure | ExecutionException | TimeoutException e) {
      // The process is killed below; this only tells why it was not the gentle way.
      LOG.info("{} did not quit: {}", name(), e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
