package io.mooring.e2e.deployment;

import static java.util.Objects.requireNonNull;

import io.grpc.ManagedChannel;
import io.mooring.e2e.csi.ControllerClient;
import io.mooring.e2e.lab.LabShape;
import io.mooring.e2e.lab.tool.FreePorts;
import io.mooring.runtime.rpc.Channels;
import io.mooring.runtime.rpc.TlsFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * mooring-controller as a process of this machine, unprivileged as in its Deployment. It reaches
 * agents through ports that lead into the storage VM.
 */
public final class ControllerProcess implements AutoCloseable {
  private final Path home;
  private final Path folder;
  private final TlsFiles tls;
  private final Path log;
  private final int linkPort = FreePorts.one();
  private final Map<String, String> endpoints = new TreeMap<>();
  private final Map<String, String> tokens = new TreeMap<>();
  private final ManagedChannel channel;
  private @Nullable Process process;

  /**
   * @param home the distribution: {@code bin}, {@code controller/lib}, {@code jre}
   * @param folder a short path: the Unix socket lies in it
   * @param tls of this controller
   * @param log where standard error goes
   */
  ControllerProcess(Path home, Path folder, TlsFiles tls, Path log) {
    this.home = requireNonNull(home, "home is null");
    this.folder = requireNonNull(folder, "folder is null");
    this.tls = requireNonNull(tls, "tls is null");
    this.log = requireNonNull(log, "log is null");
    this.channel = Channels.unix(socket());
  }

  public Path socket() {
    return folder.resolve("controller.sock");
  }

  public ControllerClient client() {
    return new ControllerClient(channel);
  }

  /** The channel below {@link #client}, for other CSI services of the socket. */
  public ManagedChannel channel() {
    return channel;
  }

  /** Where the VMs find what node plugins link to. */
  String linkAddress() {
    return LabShape.HOST_SEEN_BY_VMS + ":" + linkPort;
  }

  /** From now on that token speaks for that node, and no other. */
  synchronized void admit(String node, String token) {
    tokens.put(node, token);
    try {
      Path fresh =
          Files.createFile(
              folder.resolve("tokens.new"),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      StringBuilder lines = new StringBuilder();
      tokens.forEach((name, text) -> lines.append(name).append('=').append(text).append('\n'));
      Files.writeString(fresh, lines);
      Files.move(fresh, tokensFile(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path tokensFile() {
    return folder.resolve("tokens.properties");
  }

  /** Adds or changes a storage target in the targets file, which a running controller follows. */
  public void target(String name, String endpoint) {
    endpoints.put(name, endpoint);
    writeTargets();
  }

  /** Takes a storage target out of the targets file. */
  public void forget(String name) {
    endpoints.remove(name);
    writeTargets();
  }

  /** Writes the secrets of nodes, which a running controller follows. */
  public void secrets(String json) {
    try {
      Path fresh = folder.resolve("chap.new");
      Files.deleteIfExists(fresh);
      Files.createFile(
          fresh,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(fresh, json);
      Files.move(fresh, secretsFile(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it has logged. */
  public Path log() {
    return log;
  }

  /** Lets the process die at the named point, once. */
  public void dieAt(String failPoint) {
    try {
      Files.writeString(failPointFile(), failPoint);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a fail point is still armed, that is, was not passed. */
  public boolean armed() {
    return Files.exists(failPointFile());
  }

  /** Takes an armed fail point back. */
  public void disarm() {
    try {
      Files.deleteIfExists(failPointFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts it again if it has died, as a kubelet does. */
  public void revive() {
    if (!running().isAlive()) {
      launch();
    }
  }

  void start() {
    secrets("{\"nodes\": {}}");
    launch();
  }

  private void launch() {
    List<String> command =
        List.of(
            home.resolve("bin/mooring-controller").toString(),
            "--endpoint=" + socket(),
            "--targets-file=" + targetsFile(),
            "--chap-file=" + secretsFile(),
            "--cluster=lab",
            "--tls.certificate=" + tls.certificate(),
            "--tls.private-key=" + tls.privateKey(),
            "--tls.authority=" + tls.authority(),
            "--link.listen=127.0.0.1:" + linkPort,
            "--link.tokens-file=" + tokensFile());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("MOORING_HOME", home.toString());
    builder.environment().put("MOORING_FAIL_POINT_FILE", failPointFile().toString());
    try {
      process =
          builder
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.appendTo(log.toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Readiness.await(channel, "mooring-controller", () -> "its log is " + log);
  }

  public ResidentMemory memory() {
    try {
      return ResidentMemory.of(
          Files.readString(Path.of("/proc", String.valueOf(running().pid()), "status")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process running() {
    return requireNonNull(process, "the controller was not started");
  }

  private void end() {
    Process ended = running();
    ended.destroy();
    try {
      if (!ended.waitFor(20, TimeUnit.SECONDS)) {
        ended.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      ended.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private Path failPointFile() {
    return folder.resolve("fail-point");
  }

  private Path secretsFile() {
    return folder.resolve("chap.json");
  }

  private Path targetsFile() {
    return folder.resolve("targets.properties");
  }

  private void writeTargets() {
    StringBuilder lines = new StringBuilder();
    endpoints.forEach(
        (name, endpoint) -> lines.append("target.%s.endpoint = %s%n".formatted(name, endpoint)));
    try {
      Path fresh = folder.resolve("targets.new");
      Files.writeString(fresh, lines);
      Files.move(fresh, targetsFile(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
    if (process != null) {
      end();
    }
  }
}
